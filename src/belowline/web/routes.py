"""THE map: every address that Belowline answers, and who answers it.

Pages (ready bytes)
    GET  /                                  pages.front              the stories of the first site
    GET  /sites/{site}                      pages.site_front
    GET  /sites/{site}/discussion           pages.by_key             to the page of ?story=, the publisher's own name
    GET  /stories/{slug}                    pages.story              story and discussion; ?order= ?after=
    GET  /comments/{id}                     pages.permalink          a comment, its ancestors, its replies
    GET  …/feed.atom                        pages.feed, site_feed, story_feed
    GET  /embed/discussion                  pages.fragment           as a fragment; ?site= ?story= ?lang=
    GET  /embed/comments/{id}               pages.permalink_fragment
    GET  /static/*, /embed.js, /counts.js   assets
    GET  /words/{name}                      assets.words             what the scripts say in one language
    GET  /robots.txt                        assets.robots            forms are not for crawlers
    GET  /healthz                           health.healthz           "ok" while it serves
Writing without JavaScript
    POST /stories/{slug}/comments           writing.send             send or preview
    GET  /comments/{id}/reply               writing.reply
    GET  /comments/{id}/mine                writing.mine             what the writer gets back
    GET, POST /comments/{id}/edit           writing.edit_form, edit
    POST /comments/{id}/delete              writing.delete
    GET, POST /comments/{id}/vote           taking_part_pages.vote_form, send_vote
    GET, POST /comments/{id}/report         taking_part_pages.report_form, send_report
    GET  /comments/{id}/history             taking_part_pages.history_page     what it said before
    GET  /reports/{token}                   taking_part_pages.report_state     what became of a report
    GET, POST /comments/{id}/link           links.link_form, send_link         whom it probably answers; corrections
    GET, POST /stories/{slug}/correct       corrections.correction_form, send_correction
    GET  /corrections/{token}               corrections.correction_state       what became of a request
Signing in
    GET  /signin                            signin.signin_page       the ways in; ?site= ?next=
    POST /signin/mail                       signin_mail.ask          sends a link and a code
    GET, POST /signin/mail/{link}           signin_mail.confirm, use_link
    POST /signin/code                       signin_mail.use_code
    GET  /signin/oidc, /signin/oidc/back    signin_oidc              to an OpenID Connect issuer, and back
    GET, POST /signin/token                 signin_token             the publication's own login, for our pages
    GET, POST /signin/window                signin_token.window, hand_over    the same sign-in for an embed's page
    POST /signout, /signout/everywhere      signin.sign_out, sign_out_everywhere
    GET, POST /me                           profile.me, change       one's own profile
    POST /me/picture, /me/picture/remove    profile.set_picture, remove_picture
    POST /me/claim                          profile.claim            one's comments as a guest
    GET  /me/data, /me/data.zip             own_data                 what is kept about one, to take away
    POST /me/erasure, /me/erasure/keep      erasure                  have oneself erased; think better of it
    GET  /people/{person_id}                profile.profile          somebody's profile; ?before=
    GET  /people/{person_id}/picture        profile.picture
    GET  /me/sessions                       signin.sessions_page     where one is signed in
    POST /me/sessions/{session_id}/end      signin.end_session
    POST /me/passkeys/{passkey_id}/remove   signin_passkey.remove
Following
    GET, POST /follow/{kind}/{subject}      following.follow_form, send_follow     a story, a comment, a person
    GET, POST /following/confirm/{mark}     following.confirm_page, confirm        a guest's link from the mail
    GET, POST /following/stop/{mark}        following.stop_page, stop              a mail's way out (RFC 8058)
    GET, POST /following                    following.following_page, following_change
    GET, POST /notifications                following.notices_page, notices_read
    GET  /push.js                           push.helper              the service worker that shows notices
Duties
    GET  /decisions/{decision_id}           duties.decision_page     a decision with its reasons, for whom it concerns
    POST /decisions/{decision_id}/appeal    duties.appeal
    GET  /me/decisions                      duties.my_decisions      decisions about whoever asks
    GET  /terms, /contact                   duties_pages.terms, contact    rules of the house, points of contact; ?site=
    GET, POST /notices/new                  duties_pages.notice_form, give_notice    of illegal content; ?comment=
    GET  /notices/{mark}                    duties_pages.notice_page  its receipt, and what became of it
    GET  /log/head                          duties_pages.log_head    the newest row of the log, signed
The newsroom
    GET, POST /operator/{key}               operator                 one-time link for an API key
    POST /operator/{key}/desk               operator.first_admin     or for the desk's first admin
The desk (moderators; /desk/{site}/…)
    GET  /desk, /desk/{site}                desk.desk_door, desk_front
    GET  /desk/{site}/queues/{queue}        desk.desk_queue          ?after=
    POST /desk/{site}/bulk                  desk_decide.bulk         one decision on many comments
    POST /desk/{site}/undo                  desk_decide.undo         a decision, or what was decided together
    GET  /desk/{site}/comments/{id}         desk_items.item          opened, and taken in hand; ?queue=
    POST /desk/{site}/comments/{id}/…       desk_items               claim, decision, next, note, pick, newsroom
    GET  /desk/{site}/search                desk_search.search       ?q= ?after=
    GET  /desk/{site}/counts                desk.desk_counts         the queues in the navigation, for htmx
    GET  /desk/{site}/people                desk_people.desk_people  by name, under a sanction, the newsroom; ?q=
    GET  /desk/{site}/people/{person_id}    desk_people.desk_person  somebody's record
    POST …/people/{person_id}/notes, sanctions, role    desk_people.add_note, impose, set_role
    POST /desk/{site}/sanctions/{sanction_id}/lift      desk_people.lift
    GET, POST /desk/{site}/comments/{id}/writer         desk_people.writer, impose_on_writer
    GET  /desk/{site}/stories               desk_stories.desk_stories
    GET, POST /desk/{site}/stories/{slug}   desk_stories.desk_story, change_story    how a discussion goes on
    GET  /desk/{site}/corrections           desk_stories.desk_corrections            what readers ask for
    GET, POST …/corrections/{correction_id} desk_stories.desk_correction, answer_correction
    POST /desk/{site}/hands/{kind}/{number} desk_hands.renew         an appeal, notice or request; and …/leave
    GET  /desk/{site}/figures               desk_room.desk_figures   charts; ?days=
    GET, POST /desk/{site}/second-look      desk_room.second_look, say
    GET, POST /desk/{site}/rules            desk_room.desk_rules, change_rules       (admins change); ?share=
    POST /desk/{site}/rules/try             desk_trial.try_rules     on the comments of the last 30 days
    GET, POST /desk/{site}/lists            desk_lists.desk_lists, set_list  (admins); ?kind= ?lang=; and …/lists/try
    GET  /desk/{site}/log                   desk_room.desk_log       ?before= ?proved=
    GET, POST …/comments/{id}/suspicion     desk_crime.suspicion, suspect    of a serious crime
    GET  /desk/{site}/appeals, …/{id}       desk_duties.appeals, appeal    and POST: decide_appeal
    GET  /desk/{site}/notices, …/{id}       desk_duties.notices, notice    and POST: answer_notice
    GET  /desk/{site}/duties                desk_report.duties_page  what is owed; POST …/holds, …/holds/{id}/lift
    POST /desk/{site}/misuse, …/{id}/lift   desk_report.against_misuse, lift_measure    unfounded notices, Article 23
    GET  /desk/{site}/statements            desk_report.statements   for the transparency database; ?since= ?until=
    GET  /desk/{site}/report, …/report.zip  desk_report.report, report_zip    the year; ?year=
    GET, POST /desk/{site}/imports          desk_imports.imports_page, upload    (admins; POST: up to `upload_mb`)
    GET, POST …/imports/uploads/{upload_id} desk_imports.upload_page, go_on     preview, import, try again; …/progress
    GET  /desk/{site}/imports/{run_id}      desk_imports.run_page    the receipt; …/receipt.json; POST …/undo
The API
    /api/v1/*                               api                      see /api for its own page
    GET  /api/v1/stories/{slug}/live        live_door                new comments as they come; before the framework
    POST /api/v1/stories/{slug}/comments    post_door                the short way to api.take_comment; before it too
"""

from litestar import Router
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler

from belowline.web import (
    api,
    assets,
    corrections,
    desk_routes,
    duties,
    duties_pages,
    erasure,
    following,
    health,
    links,
    operator,
    own_data,
    pages,
    picks,
    profile,
    push,
    signin,
    signin_embed,
    signin_mail,
    signin_oidc,
    signin_passkey,
    signin_token,
    taking_part,
    taking_part_pages,
    writing,
)

PAGES = [
    pages.front,
    pages.site_front,
    pages.by_key,
    pages.story,
    pages.permalink,
    pages.feed,
    pages.site_feed,
    pages.story_feed,
    pages.fragment,
    pages.permalink_fragment,
    assets.static,
    assets.embed_js,
    assets.counts_js,
    assets.words,
    assets.robots,
    health.healthz,
]
WRITING = [writing.send, writing.reply, writing.mine, writing.edit_form, writing.edit, writing.delete]
PEOPLE = [
    signin.signin_page,
    signin_mail.ask,
    signin_mail.confirm,
    signin_mail.use_link,
    signin_mail.use_code,
    signin_oidc.start,
    signin_oidc.back,
    signin_token.token_page,
    signin_token.use_token,
    signin_token.window,
    signin_token.hand_over,
    signin.sign_out,
    signin.sign_out_everywhere,
    profile.me,
    profile.change,
    profile.set_picture,
    profile.remove_picture,
    profile.claim,
    profile.profile,
    profile.picture,
    signin.sessions_page,
    signin.end_session,
    signin_passkey.remove,
    own_data.data_page,
    own_data.download,
    erasure.ask,
    erasure.keep,
]
TAKING_PART = [
    taking_part_pages.vote_form,
    taking_part_pages.send_vote,
    taking_part_pages.report_form,
    taking_part_pages.send_report,
    taking_part_pages.report_state,
    taking_part_pages.history_page,
    links.link_form,
    links.send_link,
    corrections.correction_form,
    corrections.send_correction,
    corrections.correction_state,
]
FOLLOWING = [
    following.follow_form,
    following.send_follow,
    following.confirm_page,
    following.confirm,
    following.stop_page,
    following.stop,
    following.following_page,
    following.following_change,
    following.notices_page,
    following.notices_read,
    push.helper,
]
DUTIES = [
    duties.decision_page,
    duties.appeal,
    duties.my_decisions,
    duties_pages.terms,
    duties_pages.contact,
    duties_pages.notice_form,
    duties_pages.give_notice,
    duties_pages.notice_page,
    duties_pages.log_head,
]
OPERATOR = [operator.operator_page, operator.operator_key, operator.first_admin]
API = Router(
    "/api/v1",
    route_handlers=[
        api.list_stories,
        api.get_story,
        api.list_comments,
        api.get_comment,
        api.counts,
        api.post_comment,
        api.edit_comment,
        api.delete_comment,
        api.preview,
        api.announce,
        api.add_story,
        api.set_closing,
        api.set_discussion,
        api.decide,
        links.set_parent,
        following.list_notices,
        following.read_notices,
        following.list_following,
        following.start_following,
        following.stop_following,
        following.set_following,
        following.names,
        push.push_key,
        push.start_push,
        push.stop_push,
        taking_part.vote,
        taking_part.report,
        taking_part.mine,
        taking_part.visit,
        taking_part.mute,
        taking_part.unmute,
        taking_part.waiting_reports,
        taking_part.history,
        picks.feature,
        picks.send_on,
        corrections.ask_correction,
        corrections.answer_correction,
        own_data.export,
        erasure.planned,
        erasure.start,
        erasure.stop,
        signin_passkey.question,
        signin_passkey.enter,
        signin_passkey.new,
        signin_passkey.register,
        signin_embed.session,
        signin_token.own_login,
        signin_embed.refresh,
        signin_embed.sign_out,
    ],
    response_headers=[
        ResponseHeader(name="access-control-allow-origin", value="*"),
        ResponseHeader(name="cache-control", value="no-store"),
    ],
)

MAX_BODY = 64 * 1024  # bytes of any request, but where a handler takes more

ROUTES: list[Router | HTTPRouteHandler] = [
    *PAGES, *WRITING, *PEOPLE, *TAKING_PART, *FOLLOWING, *DUTIES, *OPERATOR, desk_routes.DESK, API,
]  # fmt: skip

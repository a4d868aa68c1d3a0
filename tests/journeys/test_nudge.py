"""The writer is asked first: "this may hurt; send anyway?", where the site wants it so."""

from selectolax.lexbor import LexborHTMLParser

from paper import Paper

LOUD = "THIS IS WHAT EVERYBODY HERE SHOULD HAVE KNOWN"


def count(paper: Paper, slug: str) -> int:
    return int(paper.client.get(f"/api/v1/stories/{slug}").json()["comment_count"])


def test_a_nudge_asks_once_and_writes_nothing(own_paper: Paper) -> None:
    story = own_paper.add_story()
    own_paper.post(story, LOUD)  # the site does not nudge
    own_paper.set_policy(nudges=True)
    asked = own_paper.send(story, LOUD + "!", key="one")
    assert asked.status_code == 422
    problem = asked.json()
    assert (problem["code"], problem["title"]) == ("nudge", "Please look at it once more")
    assert problem["detail"] == "All capitals read like shouting. Send it anyway?"
    assert "fields" not in problem
    assert count(own_paper, story.slug) == 1
    own_paper.post(story, LOUD + "!", key="one", nudged=True)
    own_paper.post(story, "In a lower voice", key="two")
    assert count(own_paper, story.slug) == 3


def test_a_change_is_asked_about_too(own_paper: Paper) -> None:
    own_paper.set_policy(nudges=True)
    sent = own_paper.send(own_paper.add_story(), "In a low voice").json()
    address, headers = f"/api/v1/comments/{sent['comment']['id']}", {"authorization": f"Bearer {sent['token']}"}
    asked = own_paper.client.patch(address, json={"text": LOUD}, headers=headers)
    assert (asked.status_code, asked.json()["code"]) == (422, "nudge")
    assert own_paper.client.patch(address, json={"text": LOUD, "nudged": True}, headers=headers).status_code == 200


def test_without_javascript_the_form_asks(own_paper: Paper) -> None:
    own_paper.set_policy(nudges=True)
    story = own_paper.add_story()
    address, form = f"/stories/{story.slug}/comments", {"name": "Ada", "text": LOUD, "key": "shared"}
    asked = own_paper.client.post(address, data=form)
    assert asked.status_code == 422
    page = LexborHTMLParser(asked.text)
    assert "Send it anyway?" in page.css_first("[role=alert]").text()
    assert page.css_first("textarea").text().strip() == LOUD
    buttons = {one.attributes["value"]: one.text() for one in page.css("form.write button")}
    assert buttons == {"anyway": "Send anyway", "send": "Send what I changed", "preview": "Preview"}
    key = page.css_first("input[name=key]").attributes["value"]
    changed = own_paper.client.post(address, data=form | {"key": key, "text": LOUD + " NOW", "action": "send"})
    assert changed.status_code == 422  # still loud
    sent = own_paper.client.post(address, data=form | {"key": key, "action": "anyway"}, follow_redirects=True)
    assert sent.status_code == 200
    assert LOUD in sent.text
    again = own_paper.client.post(address, data=form | {"key": key, "action": "anyway"}, follow_redirects=True)
    assert again.status_code == 200
    assert count(own_paper, story.slug) == 1
    mine = str(sent.url.path).removesuffix("/mine") + "/edit"
    asked = own_paper.client.post(mine, data={"text": LOUD + " AGAIN"}, headers={"origin": own_paper.base})
    assert "Send anyway" in asked.text
    changed = own_paper.client.post(
        mine, data={"text": LOUD + " AGAIN", "action": "anyway"}, headers={"origin": own_paper.base}
    )
    assert changed.status_code == 303

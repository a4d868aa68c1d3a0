"""The OpenAPI document: complete, well formed, and readable as a page."""

from selectolax.lexbor import LexborHTMLParser

from paper import Paper

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_document_describes_every_call(paper: Paper) -> None:
    answer = paper.client.get("/api/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    operations = {
        (method, path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }
    assert len(operations) >= 13
    assert {path for _, path in operations if not path.startswith("/api/v1/")} == set()
    for operation in operations.values():
        assert operation["summary"]
        assert "200" in operation["responses"] or "201" in operation["responses"] or "204" in operation["responses"]
    send = operations["post", "/api/v1/stories/{slug}/comments"]
    assert {parameter["name"] for parameter in send["parameters"]} == {"slug", "Belowline-Guest"}
    assert "NewComment" in send["requestBody"]["content"]["application/json"]["schema"]["$ref"]


def test_the_page_needs_no_script_and_nothing_from_elsewhere(paper: Paper) -> None:
    answer = paper.client.get("/api")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    assert page.css("script") == []
    assert [one.attributes["href"] for one in page.css("link[href]") if "//" in (one.attributes["href"] or "")] == []
    assert "/api/v1/stories/{slug}/comments" in page.body.text()


def test_errors_are_told_as_problems_and_in_our_own_words(paper: Paper) -> None:
    document = paper.client.get("/api/openapi.json").json()
    for path, item in document["paths"].items():
        for operation in item.values():
            assert [one for one in operation["responses"] if one >= "300"] == ["default"], path
    kept = set(document["components"]["schemas"]["Problem"]["properties"])
    assert kept >= set(paper.client.get("/api/v1/stories/nowhere").json())
    assert [name for name in document["components"]["schemas"] if "_" in name] == []  # two things of one name
    page = paper.client.get("/api").text
    for stock in ("Bad request syntax", "Request fulfilled", "URL follows", "Validation Exception"):
        assert stock not in page


def test_every_answer_has_its_form_and_every_key_is_named(paper: Paper) -> None:
    document = paper.client.get("/api/openapi.json").json()
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            kinds = [one for status, one in operation["responses"].items() if status in ("200", "201")]
            assert all(media["schema"] for one in kinds for media in one["content"].values()), (method, path)
            for keys in operation.get("security", []):
                assert keys.keys() <= document["components"]["securitySchemes"].keys()
    assert document["paths"]["/api/v1/stories"]["post"]["security"] == [{"newsroom": []}]
    assert schemas["CommentItem"]["properties"]["respect"]["description"] == "Readers who say that it adds something."
    assert "deck" in schemas["WholeStory"]["properties"]
    live = document["paths"]["/api/v1/stories/{slug}/live"]["get"]
    assert set(live["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}


def test_what_is_read_is_as_the_document_says(paper: Paper) -> None:
    """The forms that are written down by hand, since ready bytes have no type of their own."""
    schemas = paper.client.get("/api/openapi.json").json()["components"]["schemas"]
    story = paper.add_story()
    first = paper.post(story, "A comment", key="once")
    paper.post(story, "A reply", parent=first)
    assert paper.send(story, "A comment", key="once").status_code == 200
    answers = {
        "StoryList": "/api/v1/stories",
        "WholeStory": f"/api/v1/stories/{story.slug}",
        "ThreadPage": f"/api/v1/comments/{first}",
        "Counts": f"/api/v1/counts?story={story.key}",
        "News": f"/api/v1/stories/{story.slug}/live",
    }
    for name, path in answers.items():
        answer = paper.client.get(path).json()
        assert set(schemas[name]["required"]) <= answer.keys() <= schemas[name]["properties"].keys(), name
    thread = paper.client.get(answers["ThreadPage"]).json()
    assert thread["comment"].keys() == schemas["CommentItem"]["properties"].keys()


def test_its_pages_have_the_headers_of_all_our_pages(paper: Paper) -> None:
    story = paper.client.get("/signin").headers["content-security-policy"]
    for path in ("/api", "/api/openapi.json"):
        headers = paper.client.get(path).headers
        assert headers["content-security-policy"] == story
        assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "public, max-age=300")
    for path in ("/api/nothing", "/api/v1/nothing", "/api/v2/stories", "/api/nothing.json"):
        answer = paper.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path

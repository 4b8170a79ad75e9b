"""The pages of quality and its API: who sees what."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckanext.dresdensmartcity.city.current import city
from content import build, call, create
from packages import minimal

pytestmark = pytest.mark.ckan


@pytest.fixture
def portal(with_plugins: None, clean_db: None, clean_index: None) -> dict[str, Any]:
    return build()


@pytest.fixture
def editor(portal: dict[str, Any]) -> dict[str, str]:
    """The header of somebody who edits the city's datasets."""
    user = factories.UserWithToken()
    call("organization_member_create", id=city().id, username=user["name"], role="editor")
    return {"Authorization": user["token"]}


def test_everybody_sees_the_score_of_a_public_dataset(app: Any, portal: dict[str, Any]) -> None:
    """And not what its editors have to do."""
    page = app.get(f"/dataset/{portal['minimal']['name']}/quality", status=200).body
    assert "von 405 Punkten" in page
    assert "Was am meisten Punkte bringt" not in page


def test_editors_see_what_to_do_and_where(app: Any, portal: dict[str, Any], editor: dict[str, str]) -> None:
    """Findings and gains lead to the field of the form."""
    name = portal["minimal"]["name"]
    page = app.get(f"/dataset/{name}/quality", headers=editor, status=200).body
    assert "Was am meisten Punkte bringt" in page
    assert f"/dataset/edit/{name}#field-temporal_coverage" in page
    assert "Zusätzliche Prüfungen von GovData" in page
    file = portal["minimal"]["resources"][0]["id"]
    assert f"/resource/{file}/edit#field-size" in page


@pytest.mark.parametrize("entry", ["private", "draft"])
def test_hidden_entries_are_not_found_by_others(
    app: Any, portal: dict[str, Any], editor: dict[str, str], entry: str
) -> None:
    """Their editors see them."""
    address = f"/dataset/{portal[entry]['name']}/quality"
    app.get(address, status=404)
    app.get(address, headers=editor, status=200)


def test_actors_have_no_quality(portal: dict[str, Any]) -> None:
    """They are not in the catalogue."""
    with pytest.raises(tk.ObjectNotFound):
        call("quality_report_show", id="actor-tud")


def test_a_series_has_findings_and_no_score(app: Any, portal: dict[str, Any], editor: dict[str, str]) -> None:
    """The method is made for datasets."""
    page = app.get(f"/dataset_series/{portal['series']['name']}/quality", headers=editor, status=200).body
    assert "Was die Prüfung gefunden hat" in page
    assert "von 405" not in page
    assert call("quality_report_show", id=portal["series"]["id"])["score"] is None


def test_an_entry_under_the_address_of_another_type_is_shown_under_its_own(app: Any, portal: dict[str, Any]) -> None:
    """As old links may name it."""
    answer = app.get(f"/dataset/{portal['series']['name']}/quality", follow_redirects=False)
    assert answer.status_code == 302
    assert f"/dataset_series/{portal['series']['name']}/quality" in answer.headers["Location"]


def test_the_page_of_a_dataset_says_its_rating_and_leads_to_its_quality(app: Any, portal: dict[str, Any]) -> None:
    """For everybody."""
    name = portal["minimal"]["name"]
    page = app.get(f"/dataset/{name}", status=200).body
    assert f'href="/dataset/{name}/quality"' in page
    assert "von 405 Punkten" in page


def test_the_portal_s_page_counts_what_is_public_and_lists_what_the_reader_may_see(
    app: Any, portal: dict[str, Any], editor: dict[str, str]
) -> None:
    """The worst first; unpublished ones only for their editors, and marked."""
    everybody = app.get("/quality", status=200).body
    assert "2 öffentliche Datensätze" in everybody
    assert "secret-data" not in everybody
    assert "half-done" not in everybody
    mine = app.get("/quality", headers=editor, status=200).body
    assert "2 öffentliche Datensätze" in mine
    assert "/dataset/secret-data/quality" in mine
    assert "/dataset/half-done/quality" in mine


@pytest.mark.parametrize("query", ["sort=x", "rating=x", "page=x", "page=999999999999", "organisation=%00", "page=-1"])
def test_an_address_that_means_nothing_still_leads_to_the_page(app: Any, portal: dict[str, Any], query: str) -> None:
    """Old or broken links are no error."""
    app.get(f"/quality?{query}", status=200)


def test_the_portal_without_datasets_says_so(app: Any, with_plugins: None, clean_db: None, clean_index: None) -> None:
    """No division by nothing."""
    assert "Noch ist kein Datensatz veröffentlicht" in app.get("/quality", status=200).body


def test_the_list_sorts_and_filters(portal: dict[str, Any]) -> None:
    """By points, rating and organisation, page by page."""
    user = {"user": "", "ignore_auth": False}
    found = tk.get_action("quality_list")(dict(user), {})
    points = [one["score"] for one in found["results"]]
    assert points == sorted(points)
    assert found["count"] == 2
    best = tk.get_action("quality_list")(dict(user), {"sort": "best", "limit": 1})
    assert [one["score"] for one in best["results"]] == [max(points)]
    second = tk.get_action("quality_list")(dict(user), {"sort": "best", "limit": 1, "page": 2})
    assert [one["score"] for one in second["results"]] == [min(points)]
    rating = found["results"][0]["rating"]
    of_rating = tk.get_action("quality_list")(dict(user), {"rating": rating})
    assert {one["rating"] for one in of_rating["results"]} == {rating}
    assert tk.get_action("quality_list")(dict(user), {"organisation": "nobody"})["count"] == 0
    assert tk.get_action("quality_list")(dict(user), {"organisation": city().id})["count"] == 2


@pytest.mark.parametrize("wrong", [{"sort": "x"}, {"rating": "x"}, {"page": "0"}, {"limit": "101"}, {"page": "x"}])
def test_the_api_says_what_it_takes(portal: dict[str, Any], wrong: dict[str, str]) -> None:
    """A wrong parameter is named."""
    with pytest.raises(tk.ValidationError) as error:
        tk.get_action("quality_list")({"user": ""}, wrong)
    assert list(error.value.error_dict) == list(wrong)


def test_a_private_report_is_not_given_to_others(portal: dict[str, Any]) -> None:
    """As its dataset is not."""
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("quality_report_show")({"user": "", "ignore_auth": False}, {"id": portal["private"]["id"]})
    public = tk.get_action("quality_report_show")({"user": "", "ignore_auth": False}, {"id": portal["minimal"]["id"]})
    assert "findings" not in public
    assert "gains" not in public


def test_the_overview_adds_up(portal: dict[str, Any]) -> None:
    """Ratings, distribution and organisations count each public dataset once."""
    create(minimal(id="", name="third", resources=[]))
    found = tk.get_action("quality_overview")({"user": ""}, {})
    assert found["datasets"] == 3
    assert sum(found["ratings"].values()) == 3
    assert sum(one["datasets"] for one in found["distribution"]) == 3
    assert sum(one["datasets"] for one in found["organisations"]) == 3


def test_a_value_that_the_catalogue_leaves_out_is_told_to_editors(
    app: Any, portal: dict[str, Any], editor: dict[str, str]
) -> None:
    """With what would be taken."""
    package = create(minimal(id="", name="no-contact", resources=[], contact=[{"name": "Nur ein Name"}]))
    page = app.get(f"/dataset/{package['name']}/quality", headers=editor, status=200).body
    assert "Was im Katalog fehlt" in page
    assert "Nur ein Name" in page

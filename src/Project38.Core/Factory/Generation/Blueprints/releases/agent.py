"""Tell of new releases of a repository on GitHub, or on a server that speaks like it."""

import re

from p38 import ToolError, handoff, tools

MOST_REMEMBERED = 500
MOST_TOLD = 10
MESSAGES = {
    "en": {
        "one": "{repository}: {name} was released.",
        "early": "{repository}: {name} was released as a pre-release.",
        "more": "… and {count} more",
    },
    "he": {
        "one": "{repository}: יצאה גרסה {name}.",
        "early": "{repository}: יצאה גרסה מקדימה {name}.",
        "more": "… ועוד {count}",
    },
}


class Agent:
    """Watches the releases of one repository.

    Config:
        repository: ``owner/name``.
        api: Where the API is. Default: ``https://api.github.com``.
        prereleases: Whether pre-releases are told too. Default: false.
        language: Of the messages, ``en`` or ``he``. Default: ``en``.

    State:
        seen: The releases that are known, newest first. A pre-release that is not told is not
            among them, so that it is told when it becomes a release.
    """

    def __init__(self, config: dict) -> None:
        """Read what to watch."""
        self.repository = str(config["repository"]).strip("/")
        self.api = str(config.get("api", "https://api.github.com")).rstrip("/")
        self.prereleases = bool(config.get("prereleases", False))
        self.messages = MESSAGES[config.get("language", "en")]
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository):
            raise ValueError("config.repository must be written as owner/name")

    async def execute(self) -> dict:
        """Ask for the releases, and tell those that are new."""
        releases = [one for one in await self.read() if self.wants(one)]
        before = handoff.state.get("seen")
        known = set(before or ())
        fresh = [one for one in releases if key(one) not in known]
        told = [] if before is None else fresh
        handoff.observe(f"{len(releases)} releases, {len(fresh)} of them new")
        if told:
            await tools.notifications.send(self.describe(told))
            handoff.act(f"told {len(told)} releases")
        names = [key(one) for one in releases]
        names += [name for name in before or () if name not in set(names)]
        handoff.state["seen"] = names[:MOST_REMEMBERED]
        return {"status": "success", "result": {"releases": len(releases), "told": len(told)}}

    async def read(self) -> list[dict]:
        """Read the newest releases.

        Raises:
            ToolError: There is no such repository, or it is no API that answers.
        """
        url = f"{self.api}/repos/{self.repository}/releases"
        answer = await tools.http.get(url, {"Accept": "application/vnd.github+json"})
        if answer.status == 404:
            raise ToolError(f"There is no repository {self.repository} at {self.api}.")
        if answer.status in (403, 429):
            raise ToolError(f"{self.api} refuses, perhaps because it was asked too often.")
        if answer.status != 200:
            raise ToolError(f"{url} answered with status {answer.status}.")
        releases = answer.json()
        if not isinstance(releases, list) or not all(
            isinstance(one, dict) and one.get("tag_name") for one in releases
        ):
            raise ToolError(f"{url} did not answer with a list of releases.")
        return releases[:100]

    def wants(self, release: dict) -> bool:
        """Whether a release is one to tell."""
        return not release.get("draft") and (self.prereleases or not release.get("prerelease"))

    def describe(self, releases: list[dict]) -> str:
        """Write one message about new releases."""
        lines = []
        for release in releases[:MOST_TOLD]:
            tag, name = str(release["tag_name"]), str(release.get("name") or "").strip()
            shown = tag if not name or name == tag else f"{name:.200} ({tag:.100})"
            kind = "early" if release.get("prerelease") else "one"
            lines.append(self.messages[kind].format(repository=self.repository, name=shown))
            if address := release.get("html_url"):
                lines.append(str(address))
        if left := len(releases) - MOST_TOLD:
            lines += [self.messages["more"].format(count=left)] if left > 0 else []
        return "\n".join(lines)


def key(release: dict) -> str:
    """Name a release so that it is known again."""
    return str(release["tag_name"])[:200]

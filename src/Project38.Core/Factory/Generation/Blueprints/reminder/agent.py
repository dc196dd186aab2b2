"""Tell a text, every time or once."""

from p38 import handoff, tools


class Agent:
    """Reminds.

    Config:
        text: What to tell.
        once: Tell it the first time only. Default: false.
    """

    def __init__(self, config: dict) -> None:
        """Read what to tell."""
        self.text = str(config.get("text") or "").strip()
        self.once = bool(config.get("once", False))
        if not self.text:
            raise ValueError("config.text is empty; write what to remind of")

    async def execute(self) -> dict:
        """Tell it, unless it was to be told once and has been."""
        told = not (self.once and handoff.state.get("told"))
        if told:
            await tools.notifications.send(self.text)
            handoff.state["told"] = True
            handoff.act("reminded")
        return {"status": "success", "result": {"told": told}}

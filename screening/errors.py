"""Mistakes in content: found when it is loaded, never in the middle of a talk."""


class ContentError(Exception):
    """Broken content. Says which file, where in it, what is wrong and what to do."""

    def __init__(self, file: str, where: str, problem: str, remedy: str) -> None:
        self.file, self.where, self.problem, self.remedy = file, where, problem, remedy
        super().__init__(f"{file}: {where}: {problem}. {remedy}")

"""scrapy status: see `crawler.questions`."""

from crawler.command import QuestionCommand
from crawler.questions import QUESTIONS


class Command(QuestionCommand):
    question = QUESTIONS["status"]

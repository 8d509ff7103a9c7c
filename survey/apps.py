"""The survey room: the panel, its rounds and what it answered."""

from django.apps import AppConfig


class SurveyConfig(AppConfig):
    """Django's handle on the survey room."""

    name = "survey"

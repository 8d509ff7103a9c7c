"""Four database roles for four processes: which of them may do what with every table. PostgreSQL only.

S, I, U, D: read, add, change, delete rows. A tuple names the columns that its letter is limited to. A table without a
rule is an error: nobody shall decide by forgetting.
"""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

PROCESSES = ("web_expert", "web_staff", "worker_mail", "worker_stats")
PREFIX = "heng_"
WORDS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
NOT_OURS = ("django_migrations",)  # read and written by whoever migrates

EXPERT, STAFF, MAIL, STATS = PROCESSES
# taking a round FOR SHARE asks for the right to change one of its columns
MARKS = ("U", "marks_incomplete")
MAIL_ENDS = ("U", "codes_ended_on", "identities_ended_on")
STATS_ENDS = ("U", "adopted_round_id", "unlinked_on", "published_on")
WORDS_END = ("U", "original")
RELEASE = ("U", "status", "published_at", "withdrawn_at")
OFFICE = {STAFF: "SIUD"}
COMPUTED = {STAFF: "SI", STATS: "SIU"}
RULES = {
    # identity side: who, where, and who has answered
    "survey_expert": {EXPERT: (("S", "id", "study_id", "state"),), STAFF: "SIU", MAIL: "SUD"},
    "survey_credential": {EXPERT: "SD", STAFF: "SD", MAIL: "SID"},
    "survey_deadcredential": {EXPERT: "SI", STAFF: "SI", MAIL: "SI"},
    "survey_pending": {EXPERT: "SIUD", MAIL: "SUD"},
    "survey_participation": {STAFF: "SD", MAIL: "SID"},
    "survey_letter": {STAFF: "SIUD", MAIL: "SIUD"},
    "survey_linkrequest": {EXPERT: "SI", MAIL: "SD"},
    # answer side
    "survey_response": {EXPERT: "SIUD", STATS: "SIUD"},
    "survey_snapshot": {STATS: "SI"},
    "survey_panelupload": {STAFF: "SI", STATS: "SD"},
    "survey_comment": {EXPERT: "SIUD", STATS: "SID"},
    "survey_reason": {STAFF: "SU", STATS: ("S", "I", WORDS_END)},
    "survey_roundstatistics": {STAFF: "S", STATS: "SI"},
    # what both sides stand on
    "survey_series": {EXPERT: "S", STAFF: "SIU", MAIL: "S", STATS: "S"},
    "survey_study": {
        EXPERT: "S",
        STAFF: "SIU",
        MAIL: ("S", MAIL_ENDS),
        STATS: ("S", STATS_ENDS),
    },
    "survey_dataspread": {EXPERT: "S", STAFF: "SIU"},
    "survey_deviation": {EXPERT: "S", STAFF: "SI", MAIL: "S", STATS: "SI"},
    "survey_indicator": {EXPERT: "S", STAFF: "SIUD", MAIL: "S", STATS: "S"},
    "survey_itemchange": {EXPERT: "S", STAFF: "SI", MAIL: "S", STATS: "S"},
    "survey_round": {EXPERT: ("S", MARKS), STAFF: "SIU", MAIL: ("S", MARKS), STATS: "SIU"},
    "survey_feedback": {EXPERT: "S", STAFF: "S", STATS: "SI"},
    "survey_errand": {STAFF: "SI", MAIL: "SD", STATS: "SD"},
    "survey_auditevent": {STAFF: "SI", MAIL: "SI", STATS: "SI"},
    "survey_membership": OFFICE,
    # figures, weights, runs and lists
    "weighting_dataset": {STAFF: "SIU", STATS: "S"},
    "weighting_unit": {STAFF: "SI", STATS: "S"},
    "weighting_grouping": {STAFF: "SI", STATS: "S"},
    "weighting_yearfigures": {STAFF: "SI", STATS: "S"},
    "weighting_weightset": COMPUTED,
    "weighting_indicatorweight": {STAFF: "S", STATS: "SI"},
    "ranking_run": COMPUTED,
    "ranking_runtable": {STAFF: "S", STATS: "SI"},
    "ranking_score": {STAFF: "S", STATS: "SI"},
    "ranking_robustnessstudy": COMPUTED,
    "ranking_robustnesspart": {STAFF: "SI", STATS: "SIUD"},
    "ranking_publication": {STAFF: "SIUD", STATS: ("S", RELEASE)},
    "ranking_publicationfile": COMPUTED,
    "ranking_proof": {STAFF: "SID", STATS: "SU"},
    "ranking_editiontext": {STAFF: "SIUD", STATS: "S"},
    "ranking_keyfigure": {STAFF: "SIUD", STATS: "S"},
    "ranking_supplement": {STAFF: "SIUD", STATS: "S"},
    "ranking_pastedition": {STAFF: "SID", STATS: "SID"},
    "ranking_pastrank": {STAFF: "SID", STATS: "SID"},
    "ranking_recomputation": COMPUTED,
    # people at the desk
    "auth_user": {STAFF: "SU"},
    "survey_secondfactor": OFFICE,
    "auth_group": {STAFF: "S"},
    "auth_permission": {STAFF: "S"},
    "auth_group_permissions": {STAFF: "S"},
    "auth_user_groups": {STAFF: "S"},
    "auth_user_user_permissions": {STAFF: "S"},
    "django_content_type": {STAFF: "S"},
    "django_session": OFFICE,
}


@dataclass(frozen=True, order=True)
class Right:
    """One kind of access to a table, or to one of its columns."""

    table: str
    word: str
    column: str = ""

    def __str__(self) -> str:
        return f"{self.word} on {self.table}{f' ({self.column})' if self.column else ''}"


def all_tables() -> set[str]:
    """Every table of every model."""
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def tables_without_rule() -> set[str]:
    """Tables that nobody decided about."""
    return all_tables() - RULES.keys()


def rights_of(process: str) -> set[Right]:
    """What the process may do."""
    found = set()
    for table, rule in RULES.items():
        for part in rule.get(process, ()):
            letter, *columns = part
            found |= {Right(table, WORDS[letter], column) for column in columns or [""]}
    return found


def grant_statements(*, prefix: str = PREFIX) -> list[str]:
    """SQL that makes the roles and gives them exactly their rights; running it again changes nothing."""
    if missing := tables_without_rule():
        raise ImproperlyConfigured(f"config/roles.py has no rule for {', '.join(sorted(missing))}.")
    roles = [prefix + process for process in PROCESSES]
    everyone = ", ".join(roles)
    statements = [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
        f"THEN CREATE ROLE {role} LOGIN; END IF; END $$"
        for role in roles
    ]
    statements += [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA public FROM {everyone}",
        f"GRANT USAGE ON SCHEMA public TO {everyone}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {everyone}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {everyone}",
    ]
    for process, role in zip(PROCESSES, roles, strict=True):
        statements += [_grant(right, role) for right in sorted(rights_of(process))]
    return statements


def _grant(right: Right, role: str) -> str:
    column = f' ("{right.column}")' if right.column else ""
    return f"GRANT {right.word}{column} ON {right.table} TO {role}"


def held_rights() -> set[Right]:
    """What the connected role may do with the tables of this database, by table and, where less, by column."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, w.word, '' FROM pg_class c, unnest(%s::text[]) AS w (word)
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND has_table_privilege(c.oid, w.word)
            UNION ALL
            SELECT c.relname, w.word, a.attname::text FROM pg_class c, pg_attribute a, unnest(%s::text[]) AS w (word)
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attrelid = c.oid
              AND a.attnum > 0 AND NOT a.attisdropped AND w.word NOT IN ('DELETE', 'TRUNCATE', 'TRIGGER')
              AND has_column_privilege(c.oid, a.attnum, w.word) AND NOT has_table_privilege(c.oid, w.word)
            """,
            [[*WORDS.values(), "TRUNCATE", "TRIGGER", "REFERENCES"], [*WORDS.values(), "REFERENCES"]],
        )
        return {Right(*row) for row in cursor.fetchall()}


def powers() -> list[str]:
    """What makes the connected role more than an ordinary one: each of these gets round every grant."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'it is a superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper
            UNION ALL SELECT 'it may make roles' FROM pg_roles WHERE rolname = current_user AND rolcreaterole
            UNION ALL SELECT 'it bypasses row security' FROM pg_roles WHERE rolname = current_user AND rolbypassrls
            UNION ALL SELECT 'it is a member of ' || r.rolname FROM pg_roles r
                WHERE r.rolname <> current_user AND pg_has_role(current_user, r.oid, 'MEMBER')
                  AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            UNION ALL SELECT 'it owns ' || string_agg(relname, ', ') FROM pg_class
                WHERE relowner = current_user::regrole AND relkind IN ('r', 'p') HAVING count(*) > 0
            UNION ALL SELECT 'it may make tables' WHERE has_schema_privilege('public', 'CREATE')
            """
        )
        return [row[0] for row in cursor.fetchall()]


def excess(process: str) -> list[str]:
    """Everything the connected role may do beyond the process's rules, in words."""
    return [*powers(), *(f"it may {right}" for right in sorted(held_rights() - rights_of(process)))]


def lacking(process: str) -> list[str]:
    """What the process's rules give and the connected role does not have."""
    return [str(right) for right in sorted(rights_of(process) - held_rights())]


def refuse_excess() -> None:
    """Do not start a process whose database user may do more, or less, than its rules say."""
    if not settings.ENFORCE_ROLES:
        return
    process = settings.PROCESS
    if process not in PROCESSES:
        raise ImproperlyConfigured(
            f"HENG_ENFORCE_ROLES asks for HENG_PROCESS, one of {', '.join(PROCESSES)}."
        )
    if connection.vendor != "postgresql":
        raise ImproperlyConfigured("HENG_ENFORCE_ROLES asks for PostgreSQL: SQLite has no roles.")
    try:
        found = [*excess(process), *(f"it lacks {right}" for right in lacking(process))]
    finally:
        connection.close()
    if found:
        shown = "; ".join(found[:8]) + (f"; and {len(found) - 8} more" if len(found) > 8 else "")
        raise ImproperlyConfigured(
            f"The database user of {process} does not have exactly its role's rights: {shown}. "
            "`manage.py grants --apply` sets them."
        )

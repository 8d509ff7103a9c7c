"""The code: the published test vector, and everything a person may do to it while typing."""

import hashlib

import pytest

from survey.codes import CodeNotAccepted, derive_keys, new_secret, read_code, write_code
from survey.sealing import canonical_bytes

SECRET = bytes(range(0x14))
SALT = bytes(range(0x20, 0x40)).hex()
CODE = "000G-40R4-0M30-E209-185G-R38E-1W81-24GK R"


def test_derived_keys_match_the_test_vector():
    keys = derive_keys(SECRET, SALT)
    assert keys.auth == "766d993157c334a37a073db9511eee9bd83d78eb34d0c167b1b6fa2486e53d9d"
    assert keys.pseudonym == "a7f6c6bbcd220f5a7adf36e77f055a7a"
    assert keys.comment_pseudonym(1) == "58731cacf56448355f2356887890c6f1"
    receipt_key = bytes.fromhex("36717570e9913c060ad6d83f4c1c1f65708950a45c6ee3042e938c947c7e55ce")
    assert keys.receipt_key(1) == receipt_key
    assert keys.leaf(1, {"b": 60, "a": 40}) == hashlib.sha256(receipt_key + b'{"a":40,"b":60}').hexdigest()
    assert canonical_bytes({"b": 60, "a": 40}) == b'{"a":40,"b":60}'


def test_code_is_written_as_in_the_test_vector():
    assert write_code(SECRET) == CODE
    assert read_code(CODE) == SECRET


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", "").replace(" ", ""),
        f"#{CODE}",
        f"%23{CODE}",
        f"  {CODE}\n",
        CODE.replace("0", "O", 3),
        CODE.replace("1", "I", 1).replace("1", "l", 1),
        "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in CODE),
        CODE.replace(" ", "-"),
    ],
)
def test_code_forgives_how_it_is_typed(typed):
    assert read_code(typed) == SECRET


@pytest.mark.parametrize(
    "typed",
    ["", "hello", CODE[:-1], CODE[:-1] + "S", CODE.replace("G", "H", 1), CODE + "0", "U" * 33, "٣" * 33],
)
def test_code_with_a_mistake_is_not_accepted(typed):
    with pytest.raises(CodeNotAccepted):
        read_code(typed)


def test_every_secret_survives_the_way_to_paper_and_back():
    for _ in range(200):
        secret = new_secret()
        assert read_code(write_code(secret)) == secret


def test_one_wrong_character_is_always_noticed():
    for place, sign in enumerate(CODE):
        if sign in "- " or place == len(CODE) - 1:
            continue
        wrong = CODE[:place] + ("2" if sign != "2" else "3") + CODE[place + 1 :]
        with pytest.raises(CodeNotAccepted):
            read_code(wrong)


def test_another_study_knows_the_bearer_by_other_keys():
    here, there = derive_keys(SECRET, SALT), derive_keys(SECRET, "00" * 32)
    assert {here.auth, here.pseudonym}.isdisjoint({there.auth, there.pseudonym})


def test_shelf_of_a_browser_is_another_one_for_each_expert_and_round():
    ana, bo = (derive_keys(secret, "5a" * 32) for secret in (bytes(20), bytes(19) + b"\x01"))
    shelves = {keys.shelf(number) for keys in (ana, bo) for number in (1, 2)}
    assert len(shelves) == 4
    assert not shelves & {part[:16] for part in (ana.auth, ana.pseudonym, bo.auth, bo.pseudonym)}

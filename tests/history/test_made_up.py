"""Ids that people and generators make up, and all the ones that they do not."""

from __future__ import annotations

import random
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.history.made_up import made_up

IN_ORDER = "its letters and digits run in order"
REPEATED = "it repeats itself"
RUNS = "it is made of runs such as abc and 123"
LADDER = "letters that run in order alternate with digits"
WORDS = "it is made of words"
STAND_IN = "it stands for an id that was never filled in"

AIRFLOW = """
e3a246e0dc1 1507a7289a2f 13eb55f81627 338e90f54d61 52d714495f0 502898887f84 1b38cef5b76e 2e541a1dcfed 40e67319e3a9
561833c1c74b 4446e08588 bbc73705a13e bba5a7cfc896 1968acfc09e3 2e82aab8ef20 211e584da130 64de9cddf6c9 f2ca10b85618
4addfa1236f1 8504051e801b 5e7d17757c7a 127d2bf2dfa7 cc1e65623dc7 bdaa763e6c56 947454bf1dff d2ae31099d61 0e2a74e0fc9f
33ae817a1ff4 27c6a30d7c24 86770d1215c0 05f30312d566 f23433877c24 856955da8476 9635ae0956e7 bf00311e1990 004c1210f153
"""
SUPERSET = """
4e6a06bad7a8 5a7bad26f2a7 1e2841a4128 2929af7925ed 289ce07647b 315b3f4da9b0 b4456560d4f3 4500485bde7d 65903709c321
b347b202819b 1296d28ec131 8e80a26a31db 7dbf98566af7 43df8de3a5f4 d827694c7555 960c69cb1f5b f162a1dea4c4 ad82a75afd82
3c3ffe173e4f 41f6a59a61f2 c3a8f8611885 27ae655e4247 d6db5a5cdb5d a2d606a761d9 18e88e1cc004 836c0bf75904 1a48a5411020
"""
CKAN = """
103676e0a497 d8b1de1b3a3e 9291bb46f352 f92ee205e46d 8f1a48c2b0de 0d5a8e0c4d63 19ac6b3a3f0c 3537d5420e0e 58f078c8b8a4
"""
COUNTERS = """
0 1 9 0001 0002 0042 0123 1000 1234 00000000 00000001 00000042 11111111 99999999 0042_add_user 001_initial 12_add_users
v1 v1_2_3 r001 rev_0001 m0001 2_1_0
"""
DATES = """
20230101 20230102 20231231 20240229 20221222 20230101120000 20240101000000 202301010000 202012202012 2023_01_01_1200
2023_01_01 1678901234 1700000000 20230101_add_user
"""
NAMES = "initial base add_users create_user_table users baseline first a1 b1 c1 9c1b 3f2a abc abc123 abcdef"


@pytest.mark.parametrize(
    ("identifier", "why"),
    [
        ("a1b2c3d4e5f6", IN_ORDER),
        ("A1B2C3D4E5F6", IN_ORDER),
        ("1a2b3c4d5e6f", IN_ORDER),
        ("b2c3d4e5f6a7", IN_ORDER),
        ("f6a7b8c9d0e1", IN_ORDER),
        ("e9f0a1b2c3d4", IN_ORDER),
        ("g7h8i9j0k1l2", IN_ORDER),
        ("9f8e7d6c5b4a", IN_ORDER),
        ("a9b8c7d6e5f4", IN_ORDER),
        ("ab12cd34ef56", IN_ORDER),
        ("abc123def456", IN_ORDER),
        ("123456789abc", IN_ORDER),
        ("0123456789ab", IN_ORDER),
        ("abcdef123456", IN_ORDER),
        ("fedcba987654", IN_ORDER),
        ("a1b2c3d4", IN_ORDER),
        ("12345678", IN_ORDER),
        ("a1b2c3d4e5f7", LADDER),
        ("f3a2b1c4d5e6", LADDER),
        ("abc123xyz789", RUNS),
        ("000000000000", REPEATED),
        ("000000000001", REPEATED),
        ("00000000000a", REPEATED),
        ("100000000000", REPEATED),
        ("aaaaaaaaaaaa", REPEATED),
        ("abababababab", REPEATED),
        ("abc123abc123", REPEATED),
        ("123123123123", REPEATED),
        ("abababab", REPEATED),
        ("deadbeef", WORDS),
        ("deadbeefcafe", WORDS),
        ("c0ffeec0ffee", WORDS),
        ("revision_id", STAND_IN),
        ("your_revision_id", STAND_IN),
        ("change_me", STAND_IN),
        ("placeholder", STAND_IN),
        ("xxx", STAND_IN),
    ],
)
def test_made_up(identifier: str, why: str) -> None:
    assert made_up(identifier) == why


@pytest.mark.parametrize("identifier", " ".join((AIRFLOW, SUPERSET, CKAN, COUNTERS, DATES, NAMES)).split())
def test_drawn_counted_dated_or_named(identifier: str) -> None:
    assert made_up(identifier) is None


def test_of_the_ids_that_alembic_draws_none_is_made_up() -> None:
    drawn = random.Random(8)
    ids = [uuid.UUID(int=drawn.getrandbits(128), version=4).hex[-12:] for _ in range(100_000)]
    assert [identifier for identifier in ids if made_up(identifier)] == []


@given(st.integers(0, 10**8 - 1), st.integers(1, 8))
def test_a_counter_is_only_made_up_where_its_digits_run_in_order(number: int, width: int) -> None:
    text = f"{number:0{width}}"
    round_and_round = "0123456789" * 2
    assert made_up(text) is None or text in round_and_round or text[::-1] in round_and_round


@given(st.dates(), st.sampled_from(["%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y_%m_%d"]))
def test_no_date_is_made_up(date: object, form: str) -> None:
    text = f"{date:{form}}"
    assert made_up(text) is None or not text.startswith(("19", "20"))


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert made_up(text) in (None, IN_ORDER, REPEATED, RUNS, LADDER, WORDS, STAND_IN)

"""Seals open for the right key, under the right name, and for nobody else."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.sealing import Keyring, Seal, SealError, new_data_key

OLD = "the-old-secret-used-in-the-tests"
NEW = "the-new-secret-used-in-the-tests"

json_safe = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_safe)
def test_what_is_sealed_comes_back_as_it_was(document: object) -> None:
    seal = Seal(new_data_key())
    assert seal.open(seal.seal(document, "document"), "document") == document


def test_a_seal_shows_nothing_of_what_it_holds_and_is_never_the_same_twice() -> None:
    seal = Seal(new_data_key())
    one, two = seal.seal("every evening", "x"), seal.seal("every evening", "x")
    assert b"evening" not in one
    assert one != two


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    seal = Seal(new_data_key())
    sealed = bytearray(seal.seal("every evening", "x"))
    sealed[place] ^= 1
    with pytest.raises(SealError):
        seal.open(bytes(sealed), "x")


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 28])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealError):
        Seal(new_data_key()).open(sealed, "x")


def test_a_sealed_reply_cannot_be_passed_off_as_another() -> None:
    seal = Seal(new_data_key())
    with pytest.raises(SealError):
        seal.open(seal.seal("take 20", "reply 1"), "reply 2")


def test_a_data_key_opens_only_for_its_own_conversation() -> None:
    keyring = Keyring([NEW])
    wrapped = keyring.wrap(new_data_key(), "conversation a")
    with pytest.raises(SealError):
        keyring.unwrap(wrapped, "conversation b")


def test_rotation_keeps_the_old_key_working_and_seals_with_the_new() -> None:
    key = new_data_key()
    rotated = Keyring([NEW, OLD])
    assert rotated.unwrap(Keyring([OLD]).wrap(key, "a"), "a") == key
    assert Keyring([NEW]).unwrap(rotated.wrap(key, "a"), "a") == key
    assert rotated.open_farewell(Keyring([OLD]).seal_farewell("bye", "a"), "a") == "bye"
    assert rotated.locators("web", "7") == [*Keyring([NEW]).locators("web", "7"), *Keyring([OLD]).locators("web", "7")]


def test_the_wrong_key_is_named_as_the_cause_and_nothing_else_is_told() -> None:
    wrapped = Keyring([OLD]).wrap(b"k" * 32, "conversation a")
    with pytest.raises(SealError, match="SECRET_KEY") as caught:
        Keyring([NEW]).unwrap(wrapped, "conversation a")
    assert not any(secret in str(caught.value) for secret in (OLD, NEW, "conversation a"))
    assert caught.value.__cause__ is None


def test_a_keyring_needs_a_key() -> None:
    with pytest.raises(ValueError, match="SECRET_KEY"):
        Keyring([])


def test_lookups_do_not_collide_however_the_parts_are_cut() -> None:
    keyring = Keyring([NEW])
    found = [
        keyring.events("web", "1", "23")[0],
        keyring.events("web", "12", "3")[0],
        keyring.events("web1", "2", "3")[0],
        keyring.events("web", '1", "2', "3")[0],
        keyring.locators("web", "1")[0],
        keyring.locators("telegram", "1")[0],
        keyring.references("web")[0],
        Keyring([OLD]).locators("web", "1")[0],
    ]
    assert all(one != two for one, two in itertools.combinations(found, 2))
    assert all(len(key) == 64 for key in found)

"""Containers of a scenario."""

import json

from firmer.authoring.scenario.container import Container, Mount

SHOP = Container("shop", "registry.example/shop:1.4", 10**18, privileged=True, mounts=(Mount("/", "/host", writable=False),))


def test_the_id_is_the_beginning_of_the_whole_one():
    assert len(SHOP.full_id) == 64
    assert SHOP.full_id.startswith(SHOP.id) and len(SHOP.id) == 12


def test_same_name_same_id():
    assert Container("shop", "other:1", 0).id == SHOP.id != Container("shop-2", SHOP.image, 0).id


def test_the_runtime_tells_all_of_it():
    text = SHOP.json()
    assert text.endswith(b"}\0")
    record = json.loads(text[:-1])["container"]
    assert (record["imagerepo"], record["imagetag"]) == ("registry.example/shop", "1.4")
    assert record["privileged"] is True
    assert record["Mounts"] == [{"Source": "/", "Destination": "/host", "Mode": "", "RW": False, "Propagation": "rprivate"}]


def test_both_engines_are_told():
    assert [name for name, _ in SHOP.told()] == ["container", "asyncevent"]

import mmap

from firmer.live import stub_tree


def test_every_file_is_guarded_and_small(tmp_path):
    stub_tree.make(tmp_path)
    written = {str(path.relative_to(tmp_path / "include")): path.read_text() for path in tmp_path.rglob("*.h")}
    assert written.keys() == stub_tree.FILES.keys()
    assert all(text.startswith("#pragma once\n") for text in written.values())
    assert f"#define PAGE_SIZE {mmap.PAGESIZE}\n" in written["asm/page.h"]


def test_integers_have_the_widths_they_are_named_for():
    for bits, kind in (("8", "char"), ("16", "short"), ("32", "int"), ("64", "long long")):
        assert f"typedef unsigned {kind} __u{bits}, u{bits};" in stub_tree.TYPES
        assert f"typedef signed {kind} __s{bits}, s{bits};" in stub_tree.TYPES

package a64

import (
	"strings"
	"testing"
)

func TestListing(t *testing.T) {
	for _, c := range []struct {
		word uint32
		want string
	}{
		{0xd503201f, "nop"},
		{0x8b020020, "add x0, x1, x2"},
		{0x94000004, "bl 0x1010"},
		{0x54ffffe0, "b.eq 0xffc"},
		{0xb0000000, "adrp x0, 0x2000"},
		{0x00000000, "udf imm16=0x0"},
		{0xf8e10002, "ldaddal x1, x2, [x0]"},
		{0x38a1001f, "ldaddab w1, wzr, [x0]"},
		{0x0e829420, "sdot v0, v1, v2, Q=0x0"},
		{0xd503233f, "paciasp"},
		{0xd71f0801, "braa x0, x1"},
		{0x0e000400, ".inst 0x0e000400"},
	} {
		if got := Listing(c.word, 0x1000); got != c.want {
			t.Errorf("%#08x: %q, want %q", c.word, got, c.want)
		}
	}
}

// FuzzListing: no word may crash it, and only unallocated words are .inst.
func FuzzListing(f *testing.F) {
	for i := range Table() {
		f.Add(Table()[i].Value, uint64(i)<<60)
	}
	f.Fuzz(func(t *testing.T, word uint32, pc uint64) {
		text := Listing(word, pc)
		if inst := strings.HasPrefix(text, ".inst"); inst != (Decode(word).Op == OpUnallocated) || text == "" {
			t.Errorf("%#08x: %q", word, text)
		}
	})
}

// FuzzDecode: what a word decodes to is the table's line for it.
func FuzzDecode(f *testing.F) {
	for i := range Table() {
		f.Add(Table()[i].Value)
	}
	f.Fuzz(func(t *testing.T, word uint32) {
		if in := Decode(word); in.Word != word || in.Op != OpUnallocated && !in.Op.Info().matches(word) {
			t.Errorf("%#08x decodes to %v", word, in)
		}
	})
}

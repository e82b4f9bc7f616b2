package bench

import (
	"encoding/binary"
	"slices"
	"testing"

	"axol/jit/a64"
)

func TestMicroGuests(t *testing.T) {
	loop := []string{"bl 0x1010", "subs x1, x1, #0x1", "b.ne 0x1000", "brk #0x1"}
	functions := map[string][]string{
		"add":       {"add x0, x0, #0x1", "ret"},
		"nop":       {"nop", "ret"},
		"push":      {"stp x29, x30, [sp,#-16]!", "bl 0x1024", "mov w0, #0x1", "ldp x29, x30, [sp],#16", "ret", "ret"},
		"ret":       {"ret"},
		"branch":    {"b 0x1014", "ret"},
		"nested":    {"nop", "ret", "nop", "ret"},
		"recursion": {"cbnz x2, 0x1028", "stp x29, x30, [sp,#-16]!", "add x2, x2, #0x1", "bl 0x1010", "sub x2, x2, #0x1", "ldp x29, x30, [sp],#16", "ret"},
	}
	for _, g := range microGuests {
		code, function, err := microCode(g.name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for at := 0; at < len(code); at += 4 {
			got = append(got, a64.Listing(binary.LittleEndian.Uint32(code[at:]), 0x1000+uint64(at)))
		}
		if want := append(slices.Clone(loop), functions[g.name]...); !slices.Equal(got, want) || function != 16 {
			t.Errorf("%s, function at %d:\n%q\nwant\n%q", g.name, function, got, want)
		}
	}
}

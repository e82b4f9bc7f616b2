package a64

import "testing"

func TestOperands(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"b .-4", Decode(0x17ffffff).BranchOffset(), int64(-4)},
		{"cbz x0, .+8", Decode(0xb4000040).BranchOffset(), int64(8)},
		{"tbz x0, #33, .-4", Decode(0xb60fffe0).BranchOffset(), int64(-4)},
		{"tbz bit", Decode(0xb60fffe0).TestBit(), uint8(33)},
		{"adr x0, .-1", Decode(0x70ffffe0).AdrOffset(), int64(-1)},
		{"adrp x0, .-4096", Decode(0xf0ffffe0).AdrOffset(), int64(-4096)},
		{"ldur x0, [x1, #-256]", Decode(0xf8500020).Imm9(), int64(-256)},
		{"ldp x0, x1, [sp, #-16]", Decode(0xa97f07e0).Imm7(), int64(-2)},
		{"add x0, x1, #1, lsl #12", Decode(0x91400420).AddImm(), uint64(0x1000)},
		{"and x0, x1, #0xff00ff00ff00ff00", Decode(0x92089c20).Bitmask(), uint64(0xff00ff00ff00ff00)},
		{"and w0, w1, #0xffff0000", Decode(0x12103c20).Bitmask(), uint64(0xffff0000)},
		{"mrs x0, tpidr_el0", Decode(0xd53bd040).SysReg(), uint16(0xde82)},
		{"b.ne", Decode(0x54000001).Cond(), NE},
		{"csel ge", Decode(0x9a82a020).Cond(), GE},
		{"movz hw", Decode(0xd2e00020).Hw(), uint8(3)},
		{"movz imm", Decode(0xd2e00020).Imm16(), uint16(1)},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestDecodeBitMasks rebuilds every logical immediate from its definition: a run
// of imms+1 ones rotated right by immr in an element, replicated.
func TestDecodeBitMasks(t *testing.T) {
	seen := map[uint64]bool{}
	for _, esize := range []uint32{2, 4, 8, 16, 32, 64} {
		for s := range esize - 1 {
			for r := range esize {
				n := esize >> 6
				imms := ^(2*esize-1)&63 | s
				got, _, ok := DecodeBitMasks(n, imms, r, 64)
				var want uint64
				for i := range 64 {
					if (uint32(i)+r)%esize <= s {
						want |= 1 << i
					}
				}
				if !ok || got != want {
					t.Fatalf("size %d s %d r %d: %#x %v, want %#x", esize, s, r, got, ok, want)
				}
				seen[got] = true
			}
		}
	}
	if len(seen) != 5334 { // the number the manual's scheme can express
		t.Errorf("%d different masks", len(seen))
	}
	for _, bad := range [][3]uint32{{0, 63, 0}, {1, 63, 0}, {0, 0x3d, 0}, {0, 0x3e, 1}} {
		if _, _, ok := DecodeBitMasks(bad[0], bad[1], bad[2], 64); ok {
			t.Errorf("%v is reserved", bad)
		}
	}
	if _, _, ok := DecodeBitMasks(1, 0, 0, 32); ok {
		t.Error("N is reserved in 32-bit forms")
	}
}

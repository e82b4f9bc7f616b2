package lift

import (
	"strings"
	"testing"

	"axol/jit/a64"
	"axol/jit/ir"
)

// TestIR holds the IR of instructions that stand for many: how registers, the
// zero register, widths, flags, addresses, write-back and exits are expressed.
func TestIR(t *testing.T) {
	for _, c := range []struct {
		word uint32
		want string
	}{
		{0x8b020c20, `
			v2:i64 = getx #0x1
			v3:i64 = getx #0x2
			v4:i64 = const #0x3
			v5:i64 = shl v3 v4
			v6:i64 = add v2 v5
			setx v6 #0x0
		`}, // add x0, x1, x2, lsl #3
		{0xf1000c1f, `
			v2:i64 = getx #0x0
			v3:i64 = const #0x3
			v4:flags = flagssub.2 v2 v3
			setflags v4
		`}, // cmp x0, #0x3
		{0x9a9f17e0, `
			v2:i64 = const #0x0
			v3:flags = getflags
			v4:i64 = const #0x1
			v5:i64 = select.ne v3 v2 v4
			setx v5 #0x0
		`}, // cset x0, eq
		{0xd3441c20, `
			v2:i64 = getx #0x1
			v3:i64 = ubfx v2 #0x404
			setx v3 #0x0
		`}, // ubfx x0, x1, #4, #4
		{0xb3781c20, `
			v2:i64 = getx #0x1
			v3:i64 = getx #0x0
			v4:i64 = bfi v3 v2 #0x808
			setx v4 #0x0
		`}, // bfi x0, x1, #8, #8
		{0xf2a24680, `
			v2:i64 = getx #0x0
			v3:i64 = const #0x1234
			v4:i64 = bfi v2 v3 #0x1010
			setx v4 #0x0
		`}, // movk x0, #0x1234, lsl #16
		{0xaa0103e0, `
			v2:i64 = getx #0x1
			setx v2 #0x0
		`}, // mov x0, x1
		{0x2a0103e0, `
			v2:i64 = getx #0x1
			v3:i32 = low32 v2
			v4:i64 = zext32 v3
			setx v4 #0x0
		`}, // mov w0, w1
		{0x910003fd, `
			v2:i64 = getx #0x1f
			setx v2 #0x1d
		`}, // mov x29, sp
		{0xf8408c41, `
			v2:i64 = getx #0x2
			v3:i64 = load.3 v2 #0x8
			setx v3 #0x1
			v5:i64 = const #0x8
			v6:i64 = add v2 v5
			setx v6 #0x2
		`}, // ldr x1, [x2,#8]!
		{0xa8c107e0, `
			v2:i64 = getx #0x1f
			v3:v128 = loadv.4 v2 #0x0
			v4:i64 = vget.3 v3 #0x0
			v5:i64 = vget.3 v3 #0x1
			setx v4 #0x0
			setx v5 #0x1
			v8:i64 = const #0x10
			v9:i64 = add v2 v8
			setx v9 #0x1f
		`}, // ldp x0, x1, [sp],#16
		{0x38226820, `
			v2:i64 = getx #0x1
			v3:i64 = getx #0x2
			v4:i64 = add v2 v3
			v5:i64 = getx #0x0
			store v4 v5 #0x0
		`}, // strb w0, [x1,x2]
		{0xb4000040, `
			v2:i64 = getx #0x0
			brzero.2 v2 b1 b2
		`}, // cbz x0, 0x1008
		{0x36f80041, `
			v2:i64 = getx #0x1
			v3:i32 = low32 v2
			brbitzero.1 v3 #0x1f b1 b2
		`}, // tbz w1, #31, 0x1008
		{0x94000002, `
			v2:i64 = const #0x1004
			setx v2 #0x1e
			jump b1
		`}, // bl 0x1008
		{0xd65f03c0, `
			v2:i64 = getx #0x1e
			exitindirect.2 v2
		`}, // ret
		{0xd63f0020, `
			v2:i64 = getx #0x1
			v3:i64 = const #0x1004
			setx v3 #0x1e
			exitindirect.1 v2
		`}, // blr x1
		{0x54000041, `
			v2:flags = getflags
			brcond.ne v2 b1 b2
		`}, // b.ne 0x1008
		{0xf8e00041, `
			v2:i64 = getx #0x2
			v3:i64 = getx #0x0
			v4:i64 = atomic.51 v2 v3 #0x0
			setx v4 #0x1
		`}, // ldaddal x0, x1, [x2], size=0x3
		{0xc87f0440, `
			v2:i64 = getx #0x2
			v3:v128 = loadexv.4 v2
			v4:i64 = vget.3 v3 #0x0
			v5:i64 = vget.3 v3 #0x1
			setx v4 #0x0
			setx v5 #0x1
		`}, // ldxp x0, x1, [x2]
		{0xc8a17c41, `
			v2:i64 = getx #0x2
			v3:i64 = getx #0x1
			v4:i64 = getx #0x1
			v5:i64 = cas.3 v2 v3 v4
			setx v5 #0x1
		`}, // cas x1, x1, [x2], size=0x3
		{0xd4000001, `
			trap 0x0 #0x1004
		`}, // svc #0x0
		{0xd51b4400, `
			v2:i64 = getx #0x0
			setsys v2 #0xda20
			trap.7 0x0 #0x1004
		`}, // msr s3_3_c4_c4_0, x0
		{0xd50b7520, `
			v2:i64 = getx #0x0
			v3:i64 = load v2 #0x0
			trap.6 0x0 v2 #0x1004
		`}, // sys x0, op1=0x3, CRn=0x7, CRm=0x5, op2=0x1
		{0xd5033bbf, `
			fence
		`}, // dmb ish
		{0xfa411844, `
			v2:i64 = getx #0x2
			v3:i64 = const #0x1
			v4:flags = getflags
			v5:flags = flagsccmpsub.2 v4 v2 v3 #0x41
			setflags v5
		`}, // ccmp x2, #0x1, #0x4, ne
		{0x0d40a441, `
			v2:i64 = getx #0x2
			v3:i64 = load.3 v2 #0x0
			v4:i64 = load.3 v2 #0x8
			v5:i64 = load.3 v2 #0x10
			v6:v128 = getv #0x1
			v7:v128 = vins.3 v6 v3 #0x0
			v8:v128 = getv #0x2
			v9:v128 = vins.3 v8 v4 #0x0
			v10:v128 = getv #0x3
			v11:v128 = vins.3 v10 v5 #0x0
			setv v7 #0x1
			setv v9 #0x2
			setv v11 #0x3
		`}, // ld3 {v1.d-v3.d}[0], [x2]
		{0x00000000, `
			trap.2 0x0 #0x1000
		`}, // udf imm16=0x0
		{0xd69f03e0, `
			trap.2 0xd69f03e0 #0x1000
		`}, // eret
	} {
		var lf Lifter
		var u ir.Unit
		lf.One(&u, 0x1000, c.word, &Options{})
		if got, want := text(&u), strings.Join(strings.Fields(c.want), " "); strings.Join(strings.Fields(got), " ") != want {
			t.Errorf("%08x %s:\n%s\nwant\n%s", c.word, a64.Listing(c.word, 0x1000), got, c.want)
		}
	}
}

// text is what the instruction became, without the exit to the next one.
func text(u *ir.Unit) string {
	var lines []string
	b := &u.Blocks[0]
	for i := b.First + 1; i < b.Last; i++ {
		lines = append(lines, u.Line(b, ir.Value(i)))
	}
	if last := len(lines) - 1; lines[last] == "exit #0x1004" {
		lines = lines[:last]
	}
	return strings.Join(lines, "\n")
}

package jit

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"axol/jit/amd64"
	"axol/jit/interp"
	"axol/jit/ir"
)

// Every vector operation the translator has code for, in every lane and form, is held
// against the interpreter: with each feature of the host switched off in turn, with
// the destination apart from and among the operands, with random and special lanes. Where
// translated code leaves the operation to the interpreter, the operands must be what they were.

// vectorCase is one operation with its Aux and Imm.
type vectorCase struct {
	op  ir.Op
	aux uint8
	imm uint64
}

var (
	lanesBHSD = []uint8{ir.B, ir.H, ir.S, ir.D}
	lanesBHS  = []uint8{ir.B, ir.H, ir.S}
	lanesHSD  = []uint8{ir.H, ir.S, ir.D}
	lanesSD   = []uint8{ir.S, ir.D}
	forms     = []uint8{0, ir.VHalf, ir.VOne}
)

// vectorCases lists what is tried of an operation.
func vectorCases(op ir.Op) (l []vectorCase) {
	add := func(lanes, forms []uint8, imms ...uint64) {
		if len(imms) == 0 {
			imms = []uint64{0}
		}
		for _, lane := range lanes {
			for _, f := range forms {
				if f == ir.VHalf && lane == ir.D {
					continue
				}
				for _, imm := range imms {
					l = append(l, vectorCase{op, lane | f, imm})
				}
			}
		}
	}
	byIndex := func(imm func(i uint64) uint64) {
		for _, lane := range lanesBHSD {
			for i := range uint64(16) >> lane {
				l = append(l, vectorCase{op, lane, imm(i)})
			}
		}
	}
	whole := []uint8{0}
	switch op {
	case ir.OpVDupLane, ir.OpVGet, ir.OpVGetS, ir.OpVIns:
		byIndex(func(i uint64) uint64 { return i })
	case ir.OpVInsLane:
		byIndex(func(i uint64) uint64 { return i | i<<8 })
		byIndex(func(i uint64) uint64 { return i })
		byIndex(func(i uint64) uint64 { return i << 8 })
	case ir.OpVExt:
		add([]uint8{0}, whole, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
	case ir.OpVRev16, ir.OpVCnt, ir.OpVTbl:
		add([]uint8{ir.B}, whole)
	case ir.OpVRev32:
		add([]uint8{ir.B, ir.H}, whole)
	case ir.OpVRev64:
		add(lanesBHS, whole)
	case ir.OpVShlImm, ir.OpVShrImm, ir.OpVSarImm:
		for _, lane := range lanesBHSD {
			for n := range uint64(8)<<lane + 1 {
				if n < 8<<lane || op != ir.OpVShlImm {
					l = append(l, vectorCase{op, lane, n})
				}
			}
		}
	case ir.OpVWidenU, ir.OpVWidenS:
		add(lanesBHS, whole, 0, 1)
	case ir.OpVNarrow:
		add(lanesHSD, whole)
	case ir.OpVSqXtn, ir.OpVUqXtn, ir.OpVSqXtun:
		add(lanesHSD, []uint8{0, ir.VOne})
	case ir.OpVSqDmull:
		add([]uint8{ir.H, ir.S}, []uint8{0, ir.VOne}, 0, 1)
	case ir.OpVMulLS, ir.OpVMulLU:
		add(lanesBHS, []uint8{0}, 0, 1)
	case ir.OpVPmull:
		add([]uint8{ir.B, ir.D}, whole, 0, 1)
	case ir.OpVPmul:
		add([]uint8{ir.B}, forms[:2])
	case ir.OpVURecpE, ir.OpVURSqrtE:
		add([]uint8{ir.S}, forms[:2])
	case ir.OpVSqrDmlah, ir.OpVSqrDmlsh:
		add([]uint8{ir.H, ir.S}, forms)
	case ir.OpVRbit:
		add([]uint8{ir.B}, forms)
	case ir.OpVSmmla, ir.OpVUmmla, ir.OpVUsmmla:
		add([]uint8{ir.S}, whole)
	case ir.OpVSDot, ir.OpVUDot, ir.OpVUsDot:
		add([]uint8{ir.S}, []uint8{0, ir.VHalf})
	case ir.OpVPopcnt:
		add([]uint8{0}, whole)
	case ir.OpVSMaxAcross, ir.OpVUMaxAcross, ir.OpVSMinAcross, ir.OpVUMinAcross:
		add(lanesBHS, []uint8{0, ir.VHalf})
	case ir.OpVFRint:
		add(lanesHSD, forms, 0, 1, 2, 3, 4, 5, 0x10, 0x11, 0x12, 0x13, 0x15)
	case ir.OpVFRintN:
		for _, width := range []uint64{32, 64} {
			add(lanesSD, forms, width|uint64(ir.RoundZero)<<8, width|uint64(ir.RoundCurrent)<<8)
		}
	case ir.OpVFToI:
		add(lanesHSD, forms, 0<<8, 1<<8, 2<<8, 3<<8, 4<<8, 5<<8, 8<<8, 9<<8, 10<<8, 11<<8, 12<<8, 13<<8)
		for _, scale := range []uint64{1, 8, 16, 32, 64} { // up to the width of the lane
			for lane := uint8(ir.H); lane <= ir.D; lane++ {
				if scale <= 8<<lane {
					add([]uint8{lane}, forms, uint64(ir.RoundZero)<<8|scale, uint64(ir.RoundZero|ir.Unsigned)<<8|scale)
				}
			}
		}
	case ir.OpVIToF:
		add(lanesHSD, forms, 0, 8<<8, 3, 8<<8|16)
		add(lanesSD, forms, 8<<8|17)
	case ir.OpVFCvtL:
		add([]uint8{ir.H, ir.S}, whole, 0, 1)
	case ir.OpVFCvtN:
		add(lanesSD, whole)
		add([]uint8{ir.D}, []uint8{0, ir.VOne}, 1)
	case ir.OpVBfCvtN:
		add([]uint8{ir.S}, []uint8{0, ir.VOne})
	case ir.OpVFMulAddL:
		add([]uint8{ir.S}, forms[:2], 0, 1)
	case ir.OpVFCMla:
		add(lanesHSD, forms[:2], 0, 1, 2, 3)
	case ir.OpVFCAdd:
		add(lanesHSD, forms[:2], 1, 3)
	case ir.OpVBfDot:
		add([]uint8{ir.S}, forms[:2])
	case ir.OpVBfMmla:
		add([]uint8{ir.S}, whole)
	case ir.OpVFRecpX:
		add(lanesHSD, forms[2:])
	case ir.OpVSm3Tt1A, ir.OpVSm3Tt1B, ir.OpVSm3Tt2A, ir.OpVSm3Tt2B:
		add([]uint8{0}, whole, 0, 1, 2, 3)
	default:
		if op < ir.OpVSqAdd {
			add(lanesBHSD, whole)
		} else if op >= ir.OpVFAdd && op < ir.OpVAesE {
			add(lanesHSD, forms)
		} else if op >= ir.OpVAesE {
			add([]uint8{0}, whole)
		} else {
			add(lanesBHSD, forms)
		}
	}
	return l
}

// rig runs units by hand.
type rig struct {
	eng *Engine
	cpu *CPU
	in  interp.Machine

	stayed bool // some trial of the operation was not left to the interpreter
}

type noGuest struct{}

func (noGuest) Fetch(uint64) (uint32, bool) { return 0, false }

func newRig(t testing.TB, f amd64.Features) *rig {
	e, err := New(Config{Guest: noGuest{}, MemBase: 1 << 44, MemLimit: 1 << 44, Host: &f, CacheSize: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	c, err := e.NewCPU()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &rig{eng: e, cpu: c}
}

// translate puts a unit into the code cache.
func (r *rig) translate(u *ir.Unit) *unit {
	e := r.eng
	code := e.comp.Compile(u, e.cache.used)
	x := &unit{entry: e.cache.used, hostUnit: hostUnit{points: append([]amd64.Point(nil), code.Points...), locs: append([]amd64.Loc(nil), code.Locs...)}}
	e.cache.put(code.Text)
	return x
}

// run runs a translated unit from a state. stopped: it was left to the interpreter.
func (r *rig) run(t testing.TB, u *unit, from *ir.State) (st ir.State, stopped bool) {
	c := r.cpu
	s := c.State()
	counters, base := s.Counters, s.MemBase
	*s = *from
	s.Counters, s.MemBase, s.Budget = counters, base, 1000
	c.syncFP()
	x := amd64.Exit(enter(r.eng.cache.rx+uintptr(r.eng.stubs.Enter), c.frame.RBP(), r.eng.cache.rx+uintptr(u.entry)))
	c.takeFPStatus()
	switch x {
	case amd64.ExitTrap:
	case amd64.ExitStop:
		p := u.pointAt(uint32(uintptr(c.frame.Host.StopPC) - r.eng.cache.rx - uintptr(u.entry)))
		if p == nil {
			t.Fatal("stopped where it cannot")
		}
		c.restore(u, p)
		stopped = true
	default:
		t.Fatalf("exit %d", x)
	}
	return *s, stopped
}

// operands are which registers an operation reads and writes.
type operands struct{ a, b, c, d uint8 }

// vectorUnit is a unit of one operation on vector registers (general ones, where it wants integers).
func vectorUnit(u *ir.Unit, k vectorCase, o operands, constant *uint64) {
	u.Reset(0x1000)
	b := ir.Builder{U: u}
	b.Start(b.NewBlock(0x1000))
	b.Insn(0x1000, 0)
	in := ir.Inst{Op: k.op, Type: ir.V128, Aux: k.aux, Imm: k.imm}
	info := k.op.Info()
	for i, kind := range info.Args {
		reg, at := [...]uint8{o.a, o.b, o.c}[i], [...]*ir.Value{&in.A, &in.B, &in.C}[i]
		switch {
		case constant != nil && i == 1:
			*at = b.Emit(ir.Inst{Op: ir.OpVConst, Type: ir.V128, Imm: *constant})
		case kind == 'v':
			*at = b.GetV(reg)
		default:
			*at = b.GetX(reg)
		}
	}
	if info.Result == "i" {
		in.Type = ir.I64
		b.SetX(o.d, b.Emit(in))
	} else {
		b.SetV(o.d, b.Emit(in))
	}
	b.Trap(ir.TrapBRK, 0x1000, 0)
}

// specialLanes are lanes that something happens with.
var specialLanes = [4][]uint64{
	{0, 1, 2, 7, 8, 9, 15, 16, 0x7F, 0x80, 0x81, 0xF8, 0xF7, 0xFE, 0xFF, 0x40},
	{0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0xFF80, 0xFF7F, 0x3C00, 0x7C00, 0x0001, 0xFC00},
	{0, 1, 0x7F, 0x80, 0xFFFF, 0x8000, 0x7FFF, 0xFFFF8000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x3F800000, 0xBF800000, 0x3F000000, 0x40200000,
		0x7F800000, 0xFF800000, 0x4F000000, 0x4EFFFFFF, 0xCF000000, 0x4B000001, 0x3EFFFFFF, 0xBF000000, 0x00800000, 0x7F7FFFFF, 31, 32, 33, 0xFFFFFFE0},
	{0, 1, 0x7F, 0x80, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0x3FF0000000000000,
		0xBFF8000000000000, 0x43E0000000000000, 0xC3E0000000000000, 0x43DFFFFFFFFFFFFF, 0x3FDFFFFFFFFFFFFF, 0xBFE0000000000000,
		0x7FF0000000000000, 0x0010000000000000, 63, 64, 65, 0xFFFFFFFFFFFFFFC0},
}

func randomVector(r *rand.Rand, lane ir.Lane) (v [2]uint64) {
	if r.IntN(4) == 0 {
		return ordinaryFloats(r, lane)
	}
	for i := range v {
		for at := uint(0); at < 64; at += 8 << lane {
			x := r.Uint64()
			switch r.IntN(4) {
			case 0, 1:
				x = specialLanes[lane][r.IntN(len(specialLanes[lane]))]
			case 2:
				x = uint64(int64(int8(x)))
			}
			v[i] |= x & (^uint64(0) >> (64 - 8<<lane)) << at
		}
	}
	return v
}

// ordinaryFloats has numbers whose sums and products are numbers, too, with few or many digits.
func ordinaryFloats(r *rand.Rand, lane ir.Lane) (v [2]uint64) {
	fraction := [4]int{4, 10, 23, 52}[lane]
	bias := 1<<(8<<lane-fraction-2) - 1
	positive, least := r.IntN(2) == 0, bias-2-7*r.IntN(2)
	for i := range v {
		for at := uint(0); at < 64; at += 8 << lane {
			x := r.Uint64() & (1<<fraction - 1)
			if r.IntN(2) == 0 {
				x &= 7 << (fraction - 3)
			}
			x |= uint64(least+r.IntN(5)) << fraction
			if !positive && r.IntN(2) == 0 {
				x |= 1 << (8<<lane - 1)
			}
			v[i] |= x & (^uint64(0) >> (64 - 8<<lane)) << at
		}
	}
	return v
}

// hosts are all features, none, and, unless time is short, all but each.
func hosts() map[string]amd64.Features {
	all := amd64.Detect()
	l := map[string]amd64.Features{"all": all, "none": {}}
	if testing.Short() {
		return l
	}
	fields := reflect.TypeFor[amd64.Features]()
	for i := range fields.NumField() {
		f := all
		if v := reflect.ValueOf(&f).Elem().Field(i); v.Bool() {
			v.SetBool(false)
			l["no "+fields.Field(i).Name] = f
		}
	}
	return l
}

func TestVectorOps(t *testing.T) {
	for name, f := range hosts() {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, f)
			for op := ir.OpVConst; int(op) < ir.NumOps; op++ {
				if op >= ir.OpJump && op < ir.OpVSqAdd {
					continue
				}
				for _, k := range vectorCases(op) {
					if r.eng.comp.Native(&ir.Inst{Op: k.op, Type: ir.V128, Aux: k.aux, Imm: k.imm}) {
						r.vectorCase(t, k)
					}
				}
			}
		})
	}
}

// vectorCase runs one operation with different registers and operands.
func (r *rig) vectorCase(t *testing.T, k vectorCase) {
	r.stayed = k.op == ir.OpVSqShlU // of registers, which there is no instruction for
	defer func() {
		if !r.stayed && !t.Failed() {
			t.Errorf("%s is always left to the interpreter", describe(k, operands{}))
		}
	}()
	rnd := rand.New(rand.NewPCG(uint64(k.op)<<8|uint64(k.aux), k.imm))
	for _, o := range []operands{{1, 2, 3, 0}, {1, 2, 3, 1}, {1, 2, 3, 2}, {1, 2, 3, 3}, {1, 1, 1, 1}, {1, 1, 2, 0}} {
		if !r.vectorTrials(t, rnd, k, o, nil) {
			return
		}
	}
	if info := k.op.Info(); len(info.Args) > 1 && info.Args[1] == 'v' {
		for n := range 12 { // a constant in every lane, small ones first: amounts of shifts
			x := rnd.Uint64()
			if n < 8 {
				x = uint64(int64(rnd.IntN(140) - 70))
			}
			lane := min(ir.LaneOf(k.aux), ir.D)
			for w := uint(8) << lane; w < 64; w *= 2 {
				x = x&(1<<w-1) | x<<w
			}
			if n == 11 {
				x = 0
			}
			if !r.vectorTrials(t, rnd, k, operands{1, 2, 3, 0}, &x) {
				return
			}
		}
	}
}

func (r *rig) vectorTrials(t *testing.T, rnd *rand.Rand, k vectorCase, o operands, constant *uint64) bool {
	var u ir.Unit
	vectorUnit(&u, k, o, constant)
	code := r.translate(&u)
	for range 24 {
		var from ir.State
		lane := min(ir.LaneOf(k.aux), ir.D)
		for i := range 4 {
			from.V[i] = randomVector(rnd, lane)
			from.X[i] = randomVector(rnd, ir.D)[0]
		}
		from.NZCV = uint64(rnd.IntN(16)) << 28
		from.FPCR = uint32(rnd.IntN(4)) << 22
		want := from
		want.Budget = 1000
		r.in.Run(&u, &want)
		got, stopped := r.run(t, code, &from)
		r.stayed = r.stayed || !stopped
		if stopped { // what the operation reads must be there for the interpreter
			status := want.FPSR
			want = from
			want.FPSR = got.FPSR
			if got.FPSR&^status != 0 {
				t.Errorf("%s: FPSR %#x after a stop, the interpreter has %#x", describe(k, o), got.FPSR, status)
				return false
			}
		}
		if got.V != want.V || got.X != want.X || got.NZCV != want.NZCV || got.FPSR != want.FPSR {
			t.Errorf("%s stopped=%v constant=%v\n operands %#x\n got  %#x x%d %#x fpsr %#x\n want %#x %#x fpsr %#x", describe(k, o), stopped, constant,
				from.V[1:4], got.V[o.d], o.d, got.X[o.d], got.FPSR, want.V[o.d], want.X[o.d], want.FPSR)
			return false
		}
	}
	return true
}

func describe(k vectorCase, o operands) string {
	return fmt.Sprintf("%s aux %#x imm %#x, registers %v", k.op, k.aux, k.imm, o)
}

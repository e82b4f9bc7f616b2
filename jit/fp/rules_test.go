package fp

import "testing"

const (
	one64, two64    = 0x3ff0000000000000, 0x4000000000000000
	inf64           = 0x7ff0000000000000
	snan64, snan64b = 0x7ff0000000000123, 0xfff0000000000456
	qnan64, qnan64b = 0x7ff8000000000789, 0xfff8000000000abc
	quieted, quietB = 0x7ff8000000000123, 0xfff8000000000456
	default64       = 0x7ff8000000000000
	min64           = 0x0010000000000000 // the least normal
	sign64          = 1 << 63
)

// One line a rule of the manual.
func TestRules(t *testing.T) {
	var s Status
	fz, dn := Control{FZ: true}, Control{DN: true}
	check := func(rule string, got, want uint64, flags Status) {
		t.Helper()
		if got != want || s != flags {
			t.Errorf("%s: %#x flags %#x, want %#x flags %#x", rule, got, s, want, flags)
		}
		s = 0
	}
	add := func(a, b uint64, c Control) uint64 { return Double.Add(a, b, c, &s) }
	check("op1 SNaN first", add(snan64, snan64b, Control{}), quieted, IOC)
	check("op2 SNaN before op1 QNaN", add(qnan64, snan64b, Control{}), quietB, IOC)
	check("op1 QNaN before op2 QNaN", add(qnan64, qnan64b, Control{}), qnan64, 0)
	check("op2 QNaN", add(one64, qnan64b, Control{}), qnan64b, 0)
	check("DN", add(snan64b, one64, dn), default64, IOC)
	check("default NaN is positive", add(inf64, inf64|sign64, Control{}), default64, IOC)
	check("x - x", Double.Sub(one64, one64, Control{}, &s), 0, 0)
	check("x - x towards minus", Double.Sub(one64, one64, Control{RMode: RM}, &s), sign64, 0)
	check("-0 + -0", add(sign64, sign64, Control{}), sign64, 0)
	check("FZ input", add(1, 0, fz), 0, IDC)
	check("FZ input beside a NaN", add(1, qnan64, fz), qnan64, IDC)
	check("FZ output", Double.Sub(min64+1, min64, fz, &s), 0, UFC)
	check("exact denormal is no underflow", Double.Sub(min64+1, min64, Control{}, &s), 1, 0)
	check("tiny before rounding", Double.Mul(min64+1, one64-1, Control{}, &s), min64, IXC)
	check("FZ before rounding", Double.Mul(min64, one64-1, fz, &s), 0, UFC)
	check("underflow", Double.Mul(min64, one64-1, Control{}, &s), min64, UFC|IXC)
	check("overflow RN", Double.Add(inf64-1, inf64-1, Control{}, &s), inf64, OFC|IXC)
	check("overflow RZ", Double.Add(inf64-1, inf64-1, Control{RMode: RZ}, &s), inf64-1, OFC|IXC)
	check("overflow RP of negative", Double.Mul(inf64-1, two64|sign64, Control{RMode: RP}, &s), sign64|(inf64-1), OFC|IXC)
	check("FMA QNaN addend, inf * 0", Double.MulAdd(qnan64, inf64, 0, Control{}, &s), default64, IOC)
	check("FMA SNaN addend, inf * 0", Double.MulAdd(snan64, inf64, 0, Control{}, &s), quieted, IOC)
	check("FMA addend first", Double.MulAdd(qnan64, qnan64b, qnan64b, Control{}, &s), qnan64, 0)
	check("FMA SNaN of op1 before", Double.MulAdd(qnan64, snan64b, snan64, Control{}, &s), quietB, IOC)
	check("MulX inf * -0", Double.MulX(inf64, sign64, Control{}, &s), two64|sign64, 0)
	check("MaxNM QNaN", Double.MaxNM(qnan64, one64|sign64, Control{}, &s), one64|sign64, 0)
	check("MaxNM SNaN", Double.MaxNM(snan64, one64, Control{}, &s), quieted, IOC)
	check("Max of zeros", Double.Max(sign64, 0, Control{}, &s), 0, 0)
	check("Min of zeros", Double.Min(0, sign64, Control{}, &s), sign64, 0)
	check("division by zero", Double.Div(one64, sign64, Control{}, &s), inf64|sign64, DZC)
	check("inf / 0", Double.Div(inf64, 0, Control{}, &s), inf64, 0)
	check("sqrt -0", Double.Sqrt(sign64, Control{}, &s), sign64, 0)
	check("sqrt -1", Double.Sqrt(one64|sign64, Control{}, &s), default64, IOC)
	check("half has no IDC", Half.Add(1, 0, Control{FZ16: true}, &s), 0, 0)
	check("FZ does not touch half", Half.Add(1, 0, fz, &s), 1, 0)
	check("FZ16 does not touch conversions", Convert(1, Half, Single, RN, Control{FZ16: true}, &s), 0x33800000, 0)
	check("AHP has no NaN", Convert(qnan64b, Double, Half, RN, Control{AHP: true}, &s), 0x8000, IOC)
	check("AHP infinity", Convert(inf64, Double, Half, RN, Control{AHP: true}, &s), 0x7fff, IOC)
	check("AHP 0x7fff", Convert(0x7fff, Half, Single, RN, Control{AHP: true}, &s), 0x47ffe000, 0)
	check("to odd", Convert(one64+1, Double, Single, Odd, Control{}, &s), 0x3f800001, IXC)
	check("to odd overflow", Convert(inf64-1, Double, Single, Odd, Control{}, &s), 0x7f7fffff, OFC|IXC)
	check("FCVTZS NaN", Double.ToFixed(qnan64, 32, 0, false, RZ, Control{}, &s), 0, IOC)
	check("FCVTZU -1", Double.ToFixed(one64|sign64, 32, 0, true, RZ, Control{}, &s), 0, IOC)
	check("FCVTZS saturates", Double.ToFixed(inf64|sign64, 32, 0, false, RZ, Control{}, &s), 0x80000000, IOC)
	check("FRINT32Z overflow", Double.RoundIntN(0x41e0000000000000, 32, RZ, Control{}, &s), 0xc1e0000000000000, IOC)
	check("recip of 0", Double.RecipEstimate(sign64, Control{}, &s), inf64|sign64, DZC)
	check("2 - inf*0", Double.RecipStep(inf64, 0, Control{}, &s), two64, 0)
	check("(3 - inf*0)/2", Double.RSqrtStep(inf64, 0, Control{}, &s), 0x3ff8000000000000, 0)
	check("steps negate NaNs", Double.RecipStep(qnan64, 0, Control{}, &s), qnan64|sign64, 0)
}

// FPToFixedJS: only a number that comes back unchanged sets Z.
func TestToFixedJS(t *testing.T) {
	for _, v := range []struct {
		x     uint64
		fz    bool
		want  uint32
		exact bool
		flags Status
	}{
		{0, false, 0, true, 0},
		{sign64, false, 0, false, 0},
		{1, false, 0, false, IXC},
		{1, true, 0, false, IDC},
		{one64 | sign64, false, 0xffffffff, true, 0},
		{0x41f0000000540000, false, 5, false, IOC},          // 2^32 + 5.25
		{0x43e0000000000001, false, 2048, false, IOC},       // 2^63 + 2^11
		{0x41e0000000000000, false, 0x80000000, false, IOC}, // 2^31
		{0xc1e0000000000000, false, 0x80000000, true, 0},    // -2^31
		{inf64, false, 0, false, IOC},
		{qnan64, false, 0, false, IOC},
	} {
		var s Status
		got, exact := ToFixedJS(v.x, Control{FZ: v.fz}, &s)
		if got != v.want || exact != v.exact || s != v.flags {
			t.Errorf("%#x: %#x %v %#x, want %#x %v %#x", v.x, got, exact, s, v.want, v.exact, v.flags)
		}
	}
}

func TestControlOf(t *testing.T) {
	if got := ControlOf(1<<26 | 1<<25 | 1<<24 | 2<<22 | 1<<19); got != (Control{RM, true, true, true, true}) {
		t.Errorf("all set: %+v", got)
	}
	if got := ControlOf(^uint32(1<<26 | 1<<25 | 1<<24 | 3<<22 | 1<<19)); got != (Control{}) {
		t.Errorf("others set: %+v", got)
	}
}

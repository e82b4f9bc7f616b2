package fp

import (
	"math"
	"math/rand"
	"testing"
)

const nativeRounds = 300_000

// The host computes round to nearest with IEEE results; NaNs are its own.
func TestAgainstHostDouble(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	ops := []struct {
		name string
		arm  func(a, b, d uint64, s *Status) uint64
		host func(a, b, d float64) float64
	}{
		{"Add", func(a, b, _ uint64, s *Status) uint64 { return Double.Add(a, b, Control{}, s) },
			func(a, b, _ float64) float64 { return a + b }},
		{"Sub", func(a, b, _ uint64, s *Status) uint64 { return Double.Sub(a, b, Control{}, s) },
			func(a, b, _ float64) float64 { return a - b }},
		{"Mul", func(a, b, _ uint64, s *Status) uint64 { return Double.Mul(a, b, Control{}, s) },
			func(a, b, _ float64) float64 { return a * b }},
		{"Div", func(a, b, _ uint64, s *Status) uint64 { return Double.Div(a, b, Control{}, s) },
			func(a, b, _ float64) float64 { return a / b }},
		{"Sqrt", func(a, _, _ uint64, s *Status) uint64 { return Double.Sqrt(a, Control{}, s) },
			func(a, _, _ float64) float64 { return math.Sqrt(a) }},
		{"MulAdd", func(a, b, d uint64, s *Status) uint64 { return Double.MulAdd(d, a, b, Control{}, s) },
			math.FMA},
		{"RoundInt", func(a, _, _ uint64, s *Status) uint64 { return Double.RoundInt(a, RN, false, Control{}, s) },
			func(a, _, _ float64) float64 { return math.RoundToEven(a) }},
		{"Floor", func(a, _, _ uint64, s *Status) uint64 { return Double.RoundInt(a, RM, false, Control{}, s) },
			func(a, _, _ float64) float64 { return math.Floor(a) }},
		{"Ceil", func(a, _, _ uint64, s *Status) uint64 { return Double.RoundInt(a, RP, false, Control{}, s) },
			func(a, _, _ float64) float64 { return math.Ceil(a) }},
		{"Away", func(a, _, _ uint64, s *Status) uint64 { return Double.RoundInt(a, TiesAway, false, Control{}, s) },
			func(a, _, _ float64) float64 { return math.Round(a) }},
	}
	for _, op := range ops {
		var s Status
		a, b, d := uint64(0), uint64(0), uint64(0)
		for i := 0; i < nativeRounds/len(ops); i++ {
			a, b, d = operand(Double, rng, d), operand(Double, rng, a), operand(Double, rng, b)
			got := op.arm(a, b, d, &s)
			want := op.host(math.Float64frombits(a), math.Float64frombits(b), math.Float64frombits(d))
			if math.IsNaN(want) && Double.IsNaN(got) {
				continue
			}
			if got != math.Float64bits(want) {
				t.Fatalf("%s(%#x, %#x, %#x) = %#x, host %#x", op.name, a, b, d, got, math.Float64bits(want))
			}
		}
	}
}

func TestAgainstHostSingle(t *testing.T) {
	rng := rand.New(rand.NewSource(2))
	ops := []struct {
		name string
		arm  func(a, b uint64, s *Status) uint64
		host func(a, b float32) float32
	}{
		{"Add", func(a, b uint64, s *Status) uint64 { return Single.Add(a, b, Control{}, s) },
			func(a, b float32) float32 { return a + b }},
		{"Sub", func(a, b uint64, s *Status) uint64 { return Single.Sub(a, b, Control{}, s) },
			func(a, b float32) float32 { return a - b }},
		{"Mul", func(a, b uint64, s *Status) uint64 { return Single.Mul(a, b, Control{}, s) },
			func(a, b float32) float32 { return a * b }},
		{"Div", func(a, b uint64, s *Status) uint64 { return Single.Div(a, b, Control{}, s) },
			func(a, b float32) float32 { return a / b }},
		{"Sqrt", func(a, _ uint64, s *Status) uint64 { return Single.Sqrt(a, Control{}, s) },
			func(a, _ float32) float32 { return float32(math.Sqrt(float64(a))) }},
		{"Widen and narrow", func(a, b uint64, s *Status) uint64 {
			x := Convert(a, Single, Double, RN, Control{}, s)
			y := Convert(b, Single, Double, RN, Control{}, s)
			return Convert(Double.Mul(x, y, Control{}, s), Double, Single, RN, Control{}, s)
		}, func(a, b float32) float32 { return float32(float64(a) * float64(b)) }},
	}
	for _, op := range ops {
		var s Status
		a, b := uint64(0), uint64(0)
		for i := 0; i < nativeRounds/len(ops); i++ {
			a, b = operand(Single, rng, b), operand(Single, rng, a)
			got := op.arm(a, b, &s)
			want := op.host(math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b)))
			if want != want && Single.IsNaN(got) {
				continue
			}
			if got != uint64(math.Float32bits(want)) {
				t.Fatalf("%s(%#x, %#x) = %#x, host %#x", op.name, a, b, got, math.Float32bits(want))
			}
		}
	}
}

// Every half precision number survives a round through double precision.
func TestHalfRoundTrip(t *testing.T) {
	for _, c := range []Control{{}, {AHP: true}} {
		for x := uint64(0); x < 1<<16; x++ {
			if Half.IsNaN(x) && !c.AHP {
				continue
			}
			var s Status
			d := Convert(x, Half, Double, RN, c, &s)
			if got := Convert(d, Double, Half, RN, c, &s); got != x || s != 0 {
				t.Fatalf("%#x (AHP %v) came back as %#x, flags %#x", x, c.AHP, got, s)
			}
		}
	}
}

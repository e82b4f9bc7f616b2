package a64

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkDecode decodes a real program's text.
func BenchmarkDecode(b *testing.B) { benchmarkDecode(b, busyboxText(b)) }

// BenchmarkDecodeRandom decodes lines of the table in random order: no branch of
// the decoder can be predicted.
func BenchmarkDecodeRandom(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := make([]uint32, 1<<14)
	for i := range words {
		words[i] = Table()[rng.IntN(NumOps-1)].Random(rng)
	}
	benchmarkDecode(b, words)
}

func benchmarkDecode(b *testing.B, words []uint32) {
	b.ReportAllocs()
	var sum, i int
	for b.Loop() {
		sum += int(Decode(words[i]).Op)
		if i++; i == len(words) {
			i = 0
		}
	}
	if sum == 0 {
		b.Fatal("nothing decoded")
	}
}

func BenchmarkBuildIndex(b *testing.B) {
	for b.Loop() {
		ix = index{}
		buildIndex()
	}
}

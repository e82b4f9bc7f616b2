package a64

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkDecode(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := make([]uint32, 1<<12)
	for i := range words {
		words[i] = Table()[rng.IntN(NumOps-3)].Random(rng)
	}
	b.ReportAllocs()
	var sum int
	for i := 0; b.Loop(); i++ {
		sum += int(Decode(words[i%len(words)]).Op)
	}
	if sum == 0 {
		b.Fatal("nothing decoded")
	}
}

func BenchmarkBuildIndex(b *testing.B) {
	for b.Loop() {
		for _, s := range sections {
			for i := range s.lines {
				s.lines[i].Mask, s.lines[i].Value, s.lines[i].Fields = 0, 0, nil
			}
		}
		buildIndex()
	}
}

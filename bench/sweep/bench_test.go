package sweep

import (
	"testing"

	"axol/runtime/image"
)

// What the static pass takes, by instruction, on one core.
func BenchmarkStatic(b *testing.B) {
	im, err := image.Open(debian(b, "6.1"), image.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := rules(b, "debian-6.1")
	words := 0
	for b.Loop() {
		words += New(im, r, Options{Workers: 1}).Words()
	}
	b.ReportMetric(float64(words)/b.Elapsed().Seconds()/1e6, "Minsn/s")
}

// What reading a kernel takes: its symbols and tables.
func BenchmarkOpen(b *testing.B) {
	path := debian(b, "6.1")
	for b.Loop() {
		if _, err := image.Open(path, image.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

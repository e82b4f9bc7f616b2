package bench

import (
	"axol/probes"
	"axol/runtime/image"
)

// ClassifyFile asks the rules about every instruction of a file, a program, a kernel or a module, in the order of the
// addresses. It stops at the first error of emit.
func ClassifyFile(path string, r *probes.Rules, emit func(addr uint64, word uint32, v probes.Verdict) error) error {
	im, err := image.Open(path, image.Options{})
	if err != nil {
		return err
	}
	for i := range im.Texts {
		t := &im.Texts[i]
		text := probes.Text{Base: t.Addr, Words: t.Words}
		for j, word := range t.Words {
			p := probes.Place{Addr: t.Addr + 4*uint64(j), TextBase: t.Addr}
			if f, _, ok := im.Symbols.At(p.Addr); ok {
				p.Symbol, p.HasSymbol = f.Addr, true
			}
			v, _ := probes.ClassifyAt(r, text.Word, p) // the word is there
			if err := emit(p.Addr, word, v); err != nil {
				return err
			}
		}
	}
	return nil
}

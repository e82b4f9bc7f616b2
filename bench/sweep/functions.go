package sweep

import (
	"sort"

	"axol/runtime/elf"
	"axol/runtime/image"
)

// Function is instructions in one section that belong to one symbol, or to none. Every instruction is in one.
type Function struct {
	Name       string // empty: no symbol has them
	Start, End uint64
	Section    int    // index into the image's
	Symbol     uint64 // where the symbol begins: not behind Start
	Text       int    // index into the image's
}

// known says whether a symbol has the function's instructions.
func (f *Function) known() bool { return f.Name != "" }

// functionsOf cuts the image's sections into functions, in the order of the addresses.
func functionsOf(im *image.Image) []Function {
	symbols := symbolSpans(im.Symbols.Funcs)
	list := make([]Function, 0, len(symbols)+len(im.Sections))
	text, next := 0, 0
	for i := range im.Sections {
		section := &im.Sections[i]
		for im.Texts[text].End() <= section.Start {
			text++
		}
		for at := section.Start; at < section.End; {
			for next < len(symbols) && symbols[next].End <= at {
				next++
			}
			f := Function{Start: at, End: section.End, Section: i, Text: text}
			if next < len(symbols) {
				if s := &symbols[next]; s.Start > at {
					f.End = min(f.End, s.Start)
				} else {
					f.Name, f.Symbol, f.End = s.Name, s.Symbol, min(f.End, s.End)
				}
			}
			list = append(list, f)
			at = f.End
		}
	}
	return list
}

// symbolSpans is the whole instructions of each symbol. A symbol ends where the next one begins; of several for one address the first
// gives the name, as in a kernel.
func symbolSpans(symbols []elf.Symbol) []Function {
	var list []Function
	for i := 0; i < len(symbols); {
		first, end := symbols[i], symbols[i].Addr
		for ; i < len(symbols) && symbols[i].Addr == first.Addr; i++ {
			end = max(end, first.Addr+symbols[i].Size)
		}
		if i < len(symbols) {
			end = min(end, symbols[i].Addr)
		}
		f := Function{Name: first.Name, Symbol: first.Addr, Start: (first.Addr + 3) &^ 3, End: (end + 3) &^ 3}
		if f.Start < f.End {
			list = append(list, f)
		}
	}
	return list
}

// functionAt is the index of the function that has an address, which some function has.
func functionAt(list []Function, addr uint64) int {
	return sort.Search(len(list), func(i int) bool { return list[i].End > addr })
}

package dynamic

import "encoding/binary"

// planted is the text with what a manager writes into it by text placement: breakpoints, slots and stubs. It is no guest
// memory, which all machines have in common, and which has no upper half: but the manager and the engine see it as if it were.
type planted struct {
	*text
	words map[uint64]uint32
	pages uint64 // mapped so far
}

const (
	plantedPages = 0xffff_8000_3000_0000 // where they are
	pageLen      = 4096
)

// word is the manager's Text.
func (p *planted) word(pc uint64) (uint32, bool) {
	if w, ok := p.words[pc]; ok {
		return w, true
	}
	return p.text.word(pc)
}

// poke is the manager's Poke.
func (p *planted) poke(addr uint64, code []byte) error {
	for ; len(code) >= 4; addr, code = addr+4, code[4:] {
		w := binary.LittleEndian.Uint32(code)
		if was, ok := p.text.word(addr); ok && w == was {
			delete(p.words, addr)
		} else {
			p.words[addr] = w
		}
	}
	return nil
}

// mapPage is the manager's MapPage.
func (p *planted) mapPage() (uint64, error) {
	p.pages++
	return plantedPages + (p.pages-1)*pageLen, nil
}

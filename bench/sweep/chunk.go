package sweep

import "axol/runtime/image"

// chunkWords is how many sites a Runner gets at a time.
const chunkWords = 4096

// chunk is words of one of the image's Texts.
type chunk struct{ text, from, to int }

// chunks cuts the image's words into pieces, in order.
func chunks(im *image.Image) []chunk {
	var list []chunk
	for t := range im.Texts {
		n := len(im.Texts[t].Words)
		for from := 0; from < n; from += chunkWords {
			list = append(list, chunk{t, from, min(from+chunkWords, n)})
		}
	}
	return list
}

// Sites is the image's instructions, with what the rules say of each, in the order of their addresses.
func (s *Sweep) Sites(yield func(Site) bool) {
	var sites []Site
	for _, c := range chunks(s.Image) {
		sites = s.sites(sites[:0], c)
		for _, site := range sites {
			if !yield(site) {
				return
			}
		}
	}
}

// sites puts the sites of a chunk behind a list.
func (s *Sweep) sites(list []Site, c chunk) []Site {
	text, codes := &s.Image.Texts[c.text], s.Codes[c.text]
	addr := text.Addr + 4*uint64(c.from)
	f := functionAt(s.Functions, addr)
	for i := c.from; i < c.to; i, addr = i+1, addr+4 {
		for s.Functions[f].End <= addr {
			f++
		}
		fn := &s.Functions[f]
		site := Site{Addr: addr, Word: text.Words[i], Section: s.Image.Sections[fn.Section].Name, Function: fn.Name, Verdict: Verdicts[codes[i]]}
		if fn.known() {
			site.Offset = addr - fn.Symbol
		}
		list = append(list, site)
	}
	return list
}

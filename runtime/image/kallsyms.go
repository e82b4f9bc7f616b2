package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// A kernel keeps its symbols for /proc/kallsyms in arrays that only it knows the places of. Their order has changed:
//
//	v4.6 to v6.3   offsets, relative_base, num_syms, names, markers, token_table, token_index
//	               (v6.2 and v6.3 have seqs_of_names behind the markers)
//	since v6.4     num_syms, names, markers, token_table, token_index, offsets, relative_base, seqs_of_names
//
// with addresses of 8 bytes instead of offsets and relative_base in kernels without KALLSYMS_BASE_RELATIVE. Each
// array begins at a multiple of 4 or 8. A name is a length and that many tokens, the first letter being the
// symbol's type; a marker is the offset of every 256th name.
//
// They are found by what must hold between them, beginning with the one that nothing else looks like: 256 offsets
// into 256 strings.

const (
	tokenCount    = 256
	maxToken      = 512 // bytes of a token, with its end
	namesAMarker  = 256
	maxSymbols    = 1 << 22
	maxSymbolName = 1 << 12

	// Bounds on the work that an Image can make which is made to look as if it had tables everywhere.
	maxTries = 64
	maxWalks = 256
)

// kallsyms is where the arrays are: offsets into the Image.
type kallsyms struct {
	image []byte

	tokens     int // token_table
	tokenIndex int
	markers    int
	markerSize int // 8 before v4.20, then 4
	names      int
	namesEnd   int
	count      int // num_syms
	walks      int // of all names, so far

	addresses int  // kallsyms_offsets or kallsyms_addresses
	relative  bool // they are offsets
	baseAt    int  // relative_base
}

// findKallsyms finds the arrays of the Image.
func findKallsyms(image []byte) (*kallsyms, error) {
	err := errors.New("kallsyms: no token table: the Image was made without CONFIG_KALLSYMS, or is damaged")
	at := 0
	for range maxTries {
		k := &kallsyms{image: image}
		if at = k.findTokens(at); at < 0 {
			break
		}
		if err = k.findRest(); err == nil {
			return k, nil
		}
		at += 2
	}
	return nil, err
}

func (k *kallsyms) findRest() error {
	if err := k.findNames(); err != nil {
		return err
	}
	return k.findAddresses()
}

func (k *kallsyms) u16(at int) int { return int(binary.LittleEndian.Uint16(k.image[at:])) }
func (k *kallsyms) u32(at int) uint32 {
	return binary.LittleEndian.Uint32(k.image[at:])
}

// findTokens finds the next token index at or behind an offset, and the table in front of it. It returns -1 if there is none.
func (k *kallsyms) findTokens(from int) int {
	last := len(k.image) - 2*tokenCount
	for at := from &^ 1; at <= last; at += 2 {
		if k.u16(at) == 0 && k.tokensAt(at) {
			return at
		}
	}
	return -1
}

// tokensAt says whether a token index is at an offset.
func (k *kallsyms) tokensAt(at int) bool {
	for i := 1; i < tokenCount; i++ {
		if step := k.u16(at+2*i) - k.u16(at+2*i-2); step < 2 || step > maxToken {
			return false
		}
	}
	// The last token ends in front of the index, but for padding.
	end := at - k.u16(at+2*(tokenCount-1))
	for table := end - 2; table >= max(0, end-maxToken-8); table-- {
		if table%4 == 0 && k.tokenTableAt(table, at) {
			k.tokens, k.tokenIndex = table, at
			return true
		}
	}
	return false
}

// tokenTableAt says whether a table has a string exactly where each entry of the index says.
func (k *kallsyms) tokenTableAt(table, index int) bool {
	for i := range tokenCount {
		start, end := table+k.u16(index+2*i), index
		if i+1 < tokenCount {
			end = table + k.u16(index+2*i+2)
		} else if zero := bytes.IndexByte(k.image[start:end], 0); zero > 0 && len(bytes.Trim(k.image[start+zero:end], "\x00")) == 0 && end-start-zero <= 8 {
			end = start + zero + 1
		}
		token := k.image[start:end]
		if bytes.IndexByte(token, 0) != len(token)-1 {
			return false
		}
	}
	return true
}

// findNames finds the markers, the names in front of them and their number.
func (k *kallsyms) findNames() error {
	for _, size := range [...]int{4, 8} {
		k.markerSize = size
		for at := (k.tokens - size) &^ 3; at >= 0 && k.tokens-at < 16*maxSymbols; at -= 4 {
			if k.marker(at, 0) == 0 && k.markersAt(at) {
				return nil
			}
		}
	}
	return fmt.Errorf("kallsyms: token table at offset %#x: no names and markers in front of it", k.tokens)
}

// marker is number i of the markers at an offset, -1 where there can be none.
func (k *kallsyms) marker(at, i int) int {
	at += i * k.markerSize
	if at+k.markerSize > k.tokens {
		return -1
	}
	if k.markerSize == 8 && k.u32(at+4) != 0 {
		return -1
	}
	return int(k.u32(at))
}

// markersAt says whether the markers are at an offset, with the names in front.
func (k *kallsyms) markersAt(at int) bool {
	n := 1
	for ; ; n++ {
		if step := k.marker(at, n) - k.marker(at, n-1); step < 2*namesAMarker || step > namesAMarker*maxSymbolName {
			break
		}
	}
	last := k.marker(at, n-1)
	if n < 2 {
		return false
	}
	for names := (at - last) &^ 3; names >= 8 && at-last-names < namesAMarker*maxSymbolName; names -= 4 {
		for _, gap := range [...]int{8, 4} {
			count := int(k.u32(names - gap))
			if count <= (n-1)*namesAMarker || count > n*namesAMarker {
				continue
			}
			if k.walks++; k.walks > maxWalks {
				return false
			}
			if end, ok := k.namesFit(names, at, count); ok {
				k.names, k.namesEnd, k.count, k.markers = names, end, count, at
				return true
			}
		}
	}
	return false
}

// namesFit walks count names from an offset, and says whether markers agree and begin where names end.
func (k *kallsyms) namesFit(names, markers, count int) (end int, ok bool) {
	at := names
	for i := range count {
		if i%namesAMarker == 0 && k.marker(markers, i/namesAMarker) != at-names {
			return 0, false
		}
		n, head := k.nameLength(at, markers)
		if n < 1 {
			return 0, false
		}
		at += head + n
	}
	return at, at <= markers && markers-at < 8
}

// nameLength is the number of tokens of a name, and the bytes that say so; since v6.1 there may be two, of 7 bits each.
func (k *kallsyms) nameLength(at, limit int) (n, head int) {
	if at+2 > limit {
		return 0, 0
	}
	n, head = int(k.image[at]), 1
	if n&0x80 != 0 {
		n, head = n&0x7f|int(k.image[at+1])<<7, 2
	}
	if n > limit-at-head {
		return 0, 0
	}
	return n, head
}

// findAddresses finds the array of addresses or offsets, behind the token index or in front of the number of
// names: it is the one that ascends.
func (k *kallsyms) findAddresses() error {
	behind := align(k.tokenIndex+2*tokenCount, 4)
	for _, start := range [...]int{behind, align(behind, 8)} {
		if k.relativeAt(start) || k.absoluteAt(start) {
			return nil
		}
	}
	for front := (k.names - 4) &^ 3; front >= 0 && k.names-front <= 24; front -= 4 {
		// In front of num_syms: the base, and in front of it the offsets, all aligned.
		offsets := (front - 8 - 4*k.count) &^ 7
		if k.relativeAt(offsets) || k.absoluteAt((front-8*k.count)&^7) {
			return nil
		}
	}
	return fmt.Errorf("kallsyms: %d names at offset %#x: no ascending addresses before or behind them", k.count, k.names)
}

// relativeAt says whether offsets from a base are at an offset, with the base behind them.
func (k *kallsyms) relativeAt(at int) bool {
	end := at + 4*k.count
	if at < 0 || align(end, 8)+8 > len(k.image) {
		return false
	}
	for i := 1; i < k.count; i++ {
		if k.u32(at+4*i) < k.u32(at+4*i-4) {
			return false
		}
	}
	if k.u32(at) == k.u32(end-4) {
		return false // zeros ascend, too
	}
	k.addresses, k.relative, k.baseAt = at, true, align(end, 8)
	return true
}

// absoluteAt says whether ascending addresses of kernels are at an offset.
func (k *kallsyms) absoluteAt(at int) bool {
	if at < 0 || at+8*k.count > len(k.image) {
		return false
	}
	last := uint64(0)
	for i := range k.count {
		a := binary.LittleEndian.Uint64(k.image[at+8*i:])
		if a < last {
			return false
		}
		last = a
	}
	if last < kernelHalf {
		return false
	}
	k.addresses = at
	return true
}

// decode is the symbols of a kernel that is linked at an address and has these relocations.
func (k *kallsyms) decode(relative []relocation, linked uint64) ([]Symbol, error) {
	if !k.relative {
		return k.symbols(0)
	}
	base, ok := valueAt(relative, linked+uint64(k.baseAt))
	if !ok {
		base = binary.LittleEndian.Uint64(k.image[k.baseAt:])
	}
	if base < kernelHalf {
		return nil, fmt.Errorf("kallsyms: relative base at offset %#x: %#x is no address of a kernel, and no relocation sets it: the Image is damaged or cut short", k.baseAt, base)
	}
	return k.symbols(base)
}

// symbols decodes the names. base is what relative_base is at run time.
func (k *kallsyms) symbols(base uint64) ([]Symbol, error) {
	list := make([]Symbol, 0, k.count)
	var name []byte
	at := k.names
	for i := range k.count {
		n, head := k.nameLength(at, k.namesEnd)
		if n < 1 {
			return nil, fmt.Errorf("kallsyms: name %d at offset %#x: its length is beyond the end of the names", i, at)
		}
		name = name[:0]
		for _, token := range k.image[at+head : at+head+n] {
			start := k.tokens + k.u16(k.tokenIndex+2*int(token))
			end := start + bytes.IndexByte(k.image[start:], 0)
			name = append(name, k.image[start:end]...)
			if len(name) > maxSymbolName {
				return nil, fmt.Errorf("kallsyms: name %d at offset %#x: more than %d letters", i, at, maxSymbolName)
			}
		}
		if len(name) < 2 || !printable(name) {
			return nil, fmt.Errorf("kallsyms: name %d at offset %#x: %q is not the name of a symbol", i, at, name)
		}
		list = append(list, Symbol{Addr: k.address(i, base), Type: name[0], Name: string(name[1:])})
		at += head + n
	}
	return list, nil
}

func (k *kallsyms) address(i int, base uint64) uint64 {
	if k.relative {
		return base + uint64(k.u32(k.addresses+4*i))
	}
	return binary.LittleEndian.Uint64(k.image[k.addresses+8*i:])
}

func printable(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

func align(n, to int) int { return (n + to - 1) &^ (to - 1) }

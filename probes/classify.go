package probes

// The lines of a rule set are compiled into a tree over the bytes of the word,
// most significant first. The top byte holds the encoding group, so that most
// words need one look-up and only hints and system registers need all four.

// treeNode answers for one byte: a packed Verdict, or innerNode and the index
// of the node that looks at the next byte.
type treeNode [256]uint16

const innerNode = 0x8000

// Classify says whether the rules allow a probe on the instruction word, and
// how it would be executed. What stands around it is ClassifyAt's business.
func Classify(r *Rules, word uint32) Verdict { return r.verdictOf(word) }

func (r *Rules) verdictOf(word uint32) Verdict {
	e := r.tree[0][word>>24]
	for e >= innerNode {
		word <<= 8
		e = r.tree[e&^innerNode][word>>24]
	}
	return unpack(e)
}

// lineSet has bit i set when line i of the table is in it.
type lineSet uint64

// compile builds the tree.
func (r *Rules) compile() {
	b := treeBuilder{rules: r, made: map[treeKey]uint16{}}
	b.node(treeKey{1<<len(lines) - 1, 24})
	r.tree = b.nodes
}

// treeKey determines a node: the lines that are still possible after the bytes
// above it, and where its byte is.
type treeKey struct {
	possible lineSet
	shift    uint
}

type treeBuilder struct {
	rules *Rules
	nodes []treeNode // the root at index 0
	made  map[treeKey]uint16
}

// node returns the index of a node, which it makes if there is none yet.
func (b *treeBuilder) node(k treeKey) uint16 {
	i, ok := b.made[k]
	if ok {
		return i
	}
	i = uint16(len(b.nodes))
	b.made[k] = i
	b.nodes = append(b.nodes, treeNode{})
	for v := range b.nodes[i] {
		e := b.entry(k, uint32(v)<<k.shift)
		b.nodes[i][v] = e
	}
	return i
}

// entry is the answer for one value, bits, of the byte at k.shift.
func (b *treeBuilder) entry(k treeKey, bits uint32) uint16 {
	var left lineSet
	var first *line
	for i := range lines {
		l := &lines[i]
		if k.possible>>i&1 == 0 || (bits^l.value)&l.mask&(0xff<<k.shift) != 0 {
			continue
		}
		left |= 1 << i
		if first == nil {
			first = l
		}
		if l.mask&(1<<k.shift-1) == 0 {
			break // matches whatever the lower bytes hold: later lines cannot be first
		}
	}
	switch {
	case first == nil:
		return Verdict{Class: Stepped}.pack()
	case first.mask&(1<<k.shift-1) == 0:
		return b.verdict(first).pack()
	}
	return innerNode | b.node(treeKey{left, k.shift - 8})
}

func (b *treeBuilder) verdict(l *line) Verdict {
	v := l.verdict(b.rules.column, b.rules.Kind)
	if b.rules.joinedRet && (v.Handler == HandlerBrBlr || v.Handler == HandlerRet) {
		v.Handler = HandlerBrBlrRet
	}
	return v
}

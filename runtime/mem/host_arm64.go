package mem

const sysMemfdCreate = 279

// identity: guest instructions are executed as they are, so that guest addresses are host addresses. There are 2^identityBits
// of them; package jit has what it needs above.
const (
	identity     = true
	identityBits = 34
)

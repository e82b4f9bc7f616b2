package mem

const sysMemfdCreate = 319

// identity: guest addresses are host addresses; here they are not.
const (
	identity     = false
	identityBits = 0
)

package mem

const sysMemfdCreate = 319

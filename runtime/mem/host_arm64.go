package mem

const sysMemfdCreate = 279

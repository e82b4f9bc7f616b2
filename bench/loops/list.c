// Walks a linked list: loads that wait for each other.
#include "start.h"

struct node {
	struct node *next;
	u64 value;
};

static struct node nodes[1024];

static u64 work(void) {
	for (u32 i = 0; i < 1024; i++) {
		nodes[i].next = &nodes[(i * 577 + 1) % 1024];
		nodes[i].value = i;
	}
	u64 sum = 0;
	struct node *n = nodes;
	for (u32 i = 0; i < 300000000; i++) {
		sum += n->value;
		n = n->next;
	}
	return sum;
}

// Adds doubles, one after the other.
#include "start.h"

static double values[4096];

static u64 work(void) {
	for (int i = 0; i < 4096; i++)
		values[i] = i * 0.5;
	double sum = 0;
	for (int round = 0; round < 120000; round++)
		for (int i = 0; i < 4096; i++)
			sum += values[i];
	return (u64)(long)sum;
}

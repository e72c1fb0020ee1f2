void bench_ring(void);
void bench_ring(void)
{
}

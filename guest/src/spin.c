/* Never ends and never calls anybody: only the timer takes the hart away from it. */
int main(void)
{
  for (;;) __asm__ volatile("");
}

# Differs if MRET leaves MPIE as it was (II 3.1.6.1: "xPIE is set to 1").
# seed 23: trap 0 mstatus: ours 0xa000c0002, theirs 0xa000c0082
#! program 23 22 0
#! csr pmpaddr15 0x3fffffffffffff
#! csr pmpcfg0 0xf1f031b1f03071d
#! csr pmpcfg2 0x1f0b001b070b031c
#! csr mtvec 0x80001401
#! csr stvec 0x80001000
#! iteration M 0xc0002 0x8116e2f0 0x81164b48 0x8116e000 0x8116c000
item_72:
  mret

# Differs if SRAW takes six bits of the amount (I 4.2.2: "the shift amount is given by rs2[4:0]").
# seed 35: trap 1 x27: ours 0x0, theirs 0xe
#! program 35 34 206
#! csr pmpaddr15 0x3fffffffffffff
#! csr pmpcfg2 0x1f03050307030704
#! csr mtvec 0x80001400
#! csr stvec 0x80001000
#! iteration M 0x46080 0x81229e90 0x81224148 0x8122ac88 0x8122c000
#! iteration U 0xc6022 0x14042e130 0x81226148 0x14022cc38 0x10122dff9
#! iteration M 0x606080 0x8122bff8 0x81224148 0x8122aa68 0x8122b060
#! iteration U 0x46022 0xc122ae60 0x81226148 0x10122d4f8 0x10122dff8
#! iteration U 0x4c6082 0x14022eab8 0x81226148 0x8122e310 0x14002a398
#! x 28 0x3f014e1c
#! x 29 0x3acfbb5e7ab27c
#! x 30 0xd73726babdc
#! x 31 0x1df228
item_7:
  sraw s11,t5,a7
item_30:
  c.addi a7,-5

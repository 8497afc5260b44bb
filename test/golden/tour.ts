/** A walk through what a line of the log can show: M, S with Sv39, U; every kind of memory access; traps both ways. */
export const TOUR = `
        la t0, m_handler
        csrw mtvec, t0
        li t0, -1
        csrw pmpaddr0, t0
        li t0, 0x1f
        csrw pmpcfg0, t0
        li t0, 0x100
        csrw medeleg, t0
        la t0, s_handler
        csrw stvec, t0
        # a gigapage of supervisor code and data, and its alias for U at 0x40000000
        la t1, root
        li t0, 0x200000cf
        sd t0, 16(t1)
        li t0, 0x200000df
        sd t0, 8(t1)
        srli t1, t1, 12
        li t0, 8
        slli t0, t0, 60
        or t0, t0, t1
        csrw satp, t0
        li t0, 0x800
        csrrs t1, mstatus, t0
        la t0, supervisor
        csrw mepc, t0
        mret
        .align 2
m_handler:
        csrr a7, mcause
        csrr a6, mtval
        li t0, 0x100000
        li t1, 0x5555
        sw t1, 0(t0)
        j .
        .align 2
s_handler:
        csrrci zero, sstatus, 2
        csrr a0, scause
        csrr a1, sepc
        ecall
supervisor:
        sfence.vma zero, zero
        la s0, data
        c.li a0, 5
        c.addi a0, -1
        c.sw a0, 0(s0)
        c.lw a1, 0(s0)
        sd s0, 8(s0)
        sb s0, 3(s0)
        sh s0, 6(s0)
        lhu a2, 3(s0)
        amoadd.w a3, a0, (s0)
        amomaxu.d zero, s0, (s0)
        lr.d a4, (s0)
        sc.d a5, a0, (s0)
        sc.d a5, a0, (s0)
        csrrw zero, sscratch, s0
        csrrsi a0, sie, 2
        fence.i
        la t0, user
        li t1, 0x40000000
        sub t0, t0, t1
        csrw sepc, t0
        sret
user:
        auipc a0, 0
        jal ra, leaf
        beq a0, zero, user
        ecall
leaf:
        c.jr ra
        .align 3
data:   .dword 0x1122334455667788
        .dword 0
        .align 12
root:   .zero 4096
`;

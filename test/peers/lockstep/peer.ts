/** What the peer is able to do, and how both machines are set up to be the same one. */

/** A peer: how QEMU is started, how its CPU is configured, and which extensions ours has beside it. */
interface Peer {
  readonly command: readonly string[];
  readonly cpu: string;
  readonly isa: string;
}

/**
 * QEMU 7.2. Its hypervisor and Sstc are off, its identification is ours. Smaia and Ssaia are on because without them the
 * lowest interrupt comes first ("interrupt-priority" in deviations.ts).
 */
const QEMU_7_2: Peer = {
  command: ["qemu-system-riscv64"],
  cpu: [
    "rv64,priv_spec=v1.12.0,h=false,sstc=false,pmu-num=29,marchid=0,mimpid=0,x-smaia=true,x-ssaia=true",
    "Zfh=true,zbkb=true,zbkc=true,zbkx=true,svinval=true,svnapot=true,svpbmt=true,x-epmp=true",
  ].join(","),
  isa: "rv64imafdc_zicntr_zicsr_zifencei_zihintpause_zihpm_zfh_zba_zbb_zbc_zbkb_zbkc_zbkx_zbs_smepmp_svadu_svinval_svnapot_svpbmt",
};

/** QEMU 10, by hand: it has what QEMU 7.2 has not, and is where `LOCKSTEP_QEMU_10` says. */
const QEMU_10 = (command: string): Peer => ({
  command: [command],
  cpu: [
    "rv64,priv_spec=v1.13.0,h=false,sstc=false,pmu-mask=0xfffffff8,marchid=0,mimpid=0,smaia=true,ssaia=true",
    "zfh=true,zbkb=true,zbkc=true,zbkx=true,svinval=true,svnapot=true,svpbmt=true,smepmp=true,svadu=true",
    "zicond=true,zacas=true,zcb=true,zimop=true,zcmop=true,zawrs=true,zicbom=true,zicboz=true,zicbop=true",
  ].join(","),
  isa: `${QEMU_7_2.isa}_zicond_zacas_zcb_zimop_zcmop_zawrs_zicbom_zicboz_zicbop`,
});

export const PEER: Peer = process.env.LOCKSTEP_QEMU_10 ? QEMU_10(process.env.LOCKSTEP_QEMU_10) : QEMU_7_2;

/** What the peer is able to do, and how both machines are set up to be the same one. */

/** A peer: how QEMU's CPU is configured, and which extensions ours has beside it. */
export interface Peer {
  readonly cpu: string;
  readonly isa: string;
}

/**
 * QEMU 7.2. Its hypervisor and Sstc are off, its identification is ours. Smaia and Ssaia are on because without them the
 * lowest interrupt comes first ("interrupt-priority" in deviations.ts).
 */
export const QEMU_7_2: Peer = {
  cpu: [
    "rv64,priv_spec=v1.12.0,h=false,sstc=false,pmu-num=29,marchid=0,mimpid=0,x-smaia=true,x-ssaia=true",
    "Zfh=true,zbkb=true,zbkc=true,zbkx=true,svinval=true,svnapot=true,svpbmt=true,x-epmp=true",
  ].join(","),
  isa: "rv64imafdc_zicntr_zicsr_zifencei_zihintpause_zihpm_zfh_zba_zbb_zbc_zbkb_zbkc_zbkx_zbs_smepmp_svadu_svinval_svnapot_svpbmt",
};

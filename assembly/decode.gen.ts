/** The decoder: a word into a record. Generated from isa/*.isa by isa/generate.ts: do not edit. */

import { EXTENSIONS } from "./layout.ts";
import { LUI, C_LUI, AUIPC, LB, LH, C_LH, LW, C_LW, LD, C_LD, LBU, C_LBU, LHU, C_LHU, LWU, SB, C_SB, SH, C_SH, SW, C_SW, SD, C_SD, ADDI, C_ADDI, SLTI, SLTIU, XORI, C_XORI, ORI, ANDI, C_ANDI, SLLI, C_SLLI, SRLI, C_SRLI, SRAI, C_SRAI, ADD, C_ADD, SUB, C_SUB, SLL, SLT, SLTU, XOR, C_XOR, SRL, SRA, OR, C_OR, AND, C_AND, ADDIW, C_ADDIW, SLLIW, SRLIW, SRAIW, ADDW, C_ADDW, SUBW, C_SUBW, SLLW, SRLW, SRAW, MUL, C_MUL, MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU, MULW, DIVW, DIVUW, REMW, REMUW, ADD_UW, C_ADD_UW, SH1ADD, SH2ADD, SH3ADD, SH1ADD_UW, SH2ADD_UW, SH3ADD_UW, SLLI_UW, ANDN, ORN, XNOR, ROL, ROR, RORI, ROLW, RORW, RORIW, REV8, ZEXT_H, C_ZEXT_H, CLZ, CTZ, CPOP, CLZW, CTZW, CPOPW, MAX, MAXU, MIN, MINU, SEXT_B, C_SEXT_B, SEXT_H, C_SEXT_H, ORC_B, BCLR, BCLRI, BEXT, BEXTI, BINV, BINVI, BSET, BSETI, CLMUL, CLMULH, CLMULR, PACK, PACKH, PACKW, BREV8, XPERM4, XPERM8, CZERO_EQZ, CZERO_NEZ, FLW, FSW, FADD_S, FSUB_S, FMUL_S, FDIV_S, FSQRT_S, FMIN_S, FMAX_S, FMADD_S, FMSUB_S, FNMSUB_S, FNMADD_S, FSGNJ_S, FSGNJN_S, FSGNJX_S, FCVT_W_S, FCVT_WU_S, FCVT_L_S, FCVT_LU_S, FCVT_S_W, FCVT_S_WU, FCVT_S_L, FCVT_S_LU, FMV_X_W, FMV_W_X, FEQ_S, FLT_S, FLE_S, FCLASS_S, FLD, C_FLD, FSD, C_FSD, FADD_D, FSUB_D, FMUL_D, FDIV_D, FSQRT_D, FMIN_D, FMAX_D, FMADD_D, FMSUB_D, FNMSUB_D, FNMADD_D, FSGNJ_D, FSGNJN_D, FSGNJX_D, FCVT_S_D, FCVT_D_S, FCVT_W_D, FCVT_WU_D, FCVT_L_D, FCVT_LU_D, FCVT_D_W, FCVT_D_WU, FCVT_D_L, FCVT_D_LU, FMV_X_D, FMV_D_X, FEQ_D, FLT_D, FLE_D, FCLASS_D, FLH, FSH, FMV_X_H, FMV_H_X, FCVT_S_H, FCVT_H_S, FCVT_D_H, FCVT_H_D, FADD_H, FSUB_H, FMUL_H, FDIV_H, FSQRT_H, FMIN_H, FMAX_H, FMADD_H, FMSUB_H, FNMSUB_H, FNMADD_H, FSGNJ_H, FSGNJN_H, FSGNJX_H, FCVT_W_H, FCVT_WU_H, FCVT_L_H, FCVT_LU_H, FCVT_H_W, FCVT_H_WU, FCVT_H_L, FCVT_H_LU, FEQ_H, FLT_H, FLE_H, FCLASS_H, MOP_R_N, MOP_RR_N, JAL_FAR, JALR, C_JALR, BEQ_FAR, BNE_FAR, BLT_FAR, BGE_FAR, BLTU_FAR, BGEU_FAR, FENCE, FENCE_I, ECALL, EBREAK, C_EBREAK, LR_W, SC_W, AMOSWAP_W, AMOADD_W, AMOXOR_W, AMOAND_W, AMOOR_W, AMOMIN_W, AMOMAX_W, AMOMINU_W, AMOMAXU_W, LR_D, SC_D, AMOSWAP_D, AMOADD_D, AMOXOR_D, AMOAND_D, AMOOR_D, AMOMIN_D, AMOMAX_D, AMOMINU_D, AMOMAXU_D, WRS_NTO, WRS_STO, AMOCAS_W, AMOCAS_D, AMOCAS_Q, CBO_INVAL, CBO_CLEAN, CBO_FLUSH, CBO_ZERO, CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI, SRET, MRET, WFI, SFENCE_VMA, SINVAL_VMA, SFENCE_W_INVAL, SFENCE_INVAL_IR, ILLEGAL } from "./op.gen.ts";
import { F0, put } from "./record.ts";

/** Decodes the 32-bit word `w` into the record `rec`. */
export function decode32(rec: usize, w: u32): void {
  const on = load<u64>(EXTENSIONS);
  switch ((w >>> 2) & 0x1f) {
    case 0x0: {
      // I: lb  I-load  000 0000011  load i8  2.6
      if ((w & 0x707f) == 0x3) return put(rec, LB, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: lh  I-load  001 0000011  load i16  2.6
      if ((w & 0x707f) == 0x1003) return put(rec, LH, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: lw  I-load  010 0000011  load i32  2.6
      if ((w & 0x707f) == 0x2003) return put(rec, LW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: ld  I-load  011 0000011  load i64  4.3
      if ((w & 0x707f) == 0x3003) return put(rec, LD, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: lbu  I-load  100 0000011  load u8  2.6
      if ((w & 0x707f) == 0x4003) return put(rec, LBU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: lhu  I-load  101 0000011  load u16  2.6
      if ((w & 0x707f) == 0x5003) return put(rec, LHU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: lwu  I-load  110 0000011  load u32  4.3
      if ((w & 0x707f) == 0x6003) return put(rec, LWU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      break;
    }
    case 0x1: {
      // F: flw  F-load  010 0000111  load f32  20.5
      if ((w & 0x707f) == 0x2007 && (on & 0x20) != 0) return put(rec, FLW, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // D: fld  F-load  011 0000111  load f64  21.3
      if ((w & 0x707f) == 0x3007 && (on & 0x40) != 0) return put(rec, FLD, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // Zfhmin: flh  F-load  001 0000111  load f16  Zfh
      if ((w & 0x707f) == 0x1007 && (on & 0x80) != 0) return put(rec, FLH, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      break;
    }
    case 0x3: {
      // I: fence  FENCE  000 0001111  do fence  2.7
      if ((w & 0x707f) == 0xf) return put(rec, FENCE, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zifencei: fence.i  FENCE.I  001 0001111  do fenceI  6
      if ((w & 0x707f) == 0x100f && (on & 0x2000) != 0) return put(rec, FENCE_I, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // Zicbom: cbo.inval  CBO  000000000000 010 00000 0001111  do cboInval  CMO
      if ((w & 0xfff07fff) == 0x200f && (on & 0x100000000) != 0) return put(rec, CBO_INVAL, 0, ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zicbom: cbo.clean  CBO  000000000001 010 00000 0001111  do cboClean  CMO
      if ((w & 0xfff07fff) == 0x10200f && (on & 0x100000000) != 0) return put(rec, CBO_CLEAN, 0, ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zicbom: cbo.flush  CBO  000000000010 010 00000 0001111  do cboFlush  CMO
      if ((w & 0xfff07fff) == 0x20200f && (on & 0x100000000) != 0) return put(rec, CBO_FLUSH, 0, ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zicboz: cbo.zero  CBO  000000000100 010 00000 0001111  do cboZero  CMO
      if ((w & 0xfff07fff) == 0x40200f && (on & 0x400000000) != 0) return put(rec, CBO_ZERO, 0, ((w >>> 15) & 0x1f), 0, 0, 4);
      break;
    }
    case 0x4: {
      // I: addi  I  000 0010011  x + i  2.4.1
      if ((w & 0x707f) == 0x13) return put(rec, ADDI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: slti  I  010 0010011  x <s i  2.4.1
      if ((w & 0x707f) == 0x2013) return put(rec, SLTI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: sltiu  I  011 0010011  x <u i  2.4.1
      if ((w & 0x707f) == 0x3013) return put(rec, SLTIU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: xori  I  100 0010011  x ^ i  2.4.1
      if ((w & 0x707f) == 0x4013) return put(rec, XORI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: ori  I  110 0010011  x | i  2.4.1
      if ((w & 0x707f) == 0x6013) return put(rec, ORI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: andi  I  111 0010011  x & i  2.4.1
      if ((w & 0x707f) == 0x7013) return put(rec, ANDI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: slli  I-shift  000000 001 0010011  x << i  4.2.1
      if ((w & 0xfc00707f) == 0x1013) return put(rec, SLLI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // I: srli  I-shift  000000 101 0010011  x >>u i  4.2.1
      if ((w & 0xfc00707f) == 0x5013) return put(rec, SRLI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // I: srai  I-shift  010000 101 0010011  x >>s i  4.2.1
      if ((w & 0xfc00707f) == 0x40005013) return put(rec, SRAI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbb|Zbkb: rori  I-shift  011000 101 0010011  rotr(x, i)  Zbb
      if ((w & 0xfc00707f) == 0x60005013 && (on & 0x240000) != 0) return put(rec, RORI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbb|Zbkb: rev8  R-unary  011010111000 101 0010011  rev8(x)  Zbb
      if ((w & 0xfff0707f) == 0x6b805013 && (on & 0x240000) != 0) return put(rec, REV8, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: clz  R-unary  011000000000 001 0010011  clz(x)  Zbb
      if ((w & 0xfff0707f) == 0x60001013 && (on & 0x40000) != 0) return put(rec, CLZ, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: ctz  R-unary  011000000001 001 0010011  ctz(x)  Zbb
      if ((w & 0xfff0707f) == 0x60101013 && (on & 0x40000) != 0) return put(rec, CTZ, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: cpop  R-unary  011000000010 001 0010011  cpop(x)  Zbb
      if ((w & 0xfff0707f) == 0x60201013 && (on & 0x40000) != 0) return put(rec, CPOP, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: sext.b  R-unary  011000000100 001 0010011  sext8(x)  Zbb
      if ((w & 0xfff0707f) == 0x60401013 && (on & 0x40000) != 0) return put(rec, SEXT_B, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: sext.h  R-unary  011000000101 001 0010011  sext16(x)  Zbb
      if ((w & 0xfff0707f) == 0x60501013 && (on & 0x40000) != 0) return put(rec, SEXT_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: orc.b  R-unary  001010000111 101 0010011  orcb(x)  Zbb
      if ((w & 0xfff0707f) == 0x28705013 && (on & 0x40000) != 0) return put(rec, ORC_B, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbs: bclri  I-shift  010010 001 0010011  x & ~(1 << i)  Zbs
      if ((w & 0xfc00707f) == 0x48001013 && (on & 0x80000) != 0) return put(rec, BCLRI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbs: bexti  I-shift  010010 101 0010011  x >>u i & 1  Zbs
      if ((w & 0xfc00707f) == 0x48005013 && (on & 0x80000) != 0) return put(rec, BEXTI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbs: binvi  I-shift  011010 001 0010011  x ^ 1 << i  Zbs
      if ((w & 0xfc00707f) == 0x68001013 && (on & 0x80000) != 0) return put(rec, BINVI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbs: bseti  I-shift  001010 001 0010011  x | 1 << i  Zbs
      if ((w & 0xfc00707f) == 0x28001013 && (on & 0x80000) != 0) return put(rec, BSETI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbkb: brev8  R-unary  011010000111 101 0010011  brev8(x)  Zbkb
      if ((w & 0xfff0707f) == 0x68705013 && (on & 0x200000) != 0) return put(rec, BREV8, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      break;
    }
    case 0x5: {
      // I: auipc  U  0010111  pc + i  2.4.1
      if ((w & 0x7f) == 0x17) return put(rec, AUIPC, ((w >>> 7) & 0x1f), 0, 0, ((<i32>(w << 0) >> 12) << 12), 4);
      break;
    }
    case 0x6: {
      // I: addiw  I  000 0011011  sext32(x + i)  4.2.1
      if ((w & 0x707f) == 0x1b) return put(rec, ADDIW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      // I: slliw  I-shiftw  0000000 001 0011011  sext32(x << i)  4.2.1
      if ((w & 0xfe00707f) == 0x101b) return put(rec, SLLIW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x1f), 4);
      // I: srliw  I-shiftw  0000000 101 0011011  sext32(zext32(x) >>u i)  4.2.1
      if ((w & 0xfe00707f) == 0x501b) return put(rec, SRLIW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x1f), 4);
      // I: sraiw  I-shiftw  0100000 101 0011011  sext32(x) >>s i  4.2.1
      if ((w & 0xfe00707f) == 0x4000501b) return put(rec, SRAIW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x1f), 4);
      // Zba: slli.uw  I-shift  000010 001 0011011  zext32(x) << i  Zba
      if ((w & 0xfc00707f) == 0x800101b && (on & 0x20000) != 0) return put(rec, SLLI_UW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x3f), 4);
      // Zbb|Zbkb: roriw  I-shiftw  0110000 101 0011011  sext32(zext32(x) >>u i | x << (32 - i))  Zbb
      if ((w & 0xfe00707f) == 0x6000501b && (on & 0x240000) != 0) return put(rec, RORIW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0x1f), 4);
      // Zbb: clzw  R-unary  011000000000 001 0011011  clz(zext32(x)) - 32  Zbb
      if ((w & 0xfff0707f) == 0x6000101b && (on & 0x40000) != 0) return put(rec, CLZW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: ctzw  R-unary  011000000001 001 0011011  ctz(x | 0x100000000)  Zbb
      if ((w & 0xfff0707f) == 0x6010101b && (on & 0x40000) != 0) return put(rec, CTZW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbb: cpopw  R-unary  011000000010 001 0011011  cpop(zext32(x))  Zbb
      if ((w & 0xfff0707f) == 0x6020101b && (on & 0x40000) != 0) return put(rec, CPOPW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      break;
    }
    case 0x8: {
      // I: sb  S  000 0100011  store i8  2.6
      if ((w & 0x707f) == 0x23) return put(rec, SB, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      // I: sh  S  001 0100011  store i16  2.6
      if ((w & 0x707f) == 0x1023) return put(rec, SH, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      // I: sw  S  010 0100011  store i32  2.6
      if ((w & 0x707f) == 0x2023) return put(rec, SW, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      // I: sd  S  011 0100011  store i64  4.3
      if ((w & 0x707f) == 0x3023) return put(rec, SD, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      break;
    }
    case 0x9: {
      // F: fsw  F-store  010 0100111  store f32  20.5
      if ((w & 0x707f) == 0x2027 && (on & 0x20) != 0) return put(rec, FSW, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f) + F0, <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      // D: fsd  F-store  011 0100111  store f64  21.3
      if ((w & 0x707f) == 0x3027 && (on & 0x40) != 0) return put(rec, FSD, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f) + F0, <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      // Zfhmin: fsh  F-store  001 0100111  store f16  Zfh
      if ((w & 0x707f) == 0x1027 && (on & 0x80) != 0) return put(rec, FSH, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f) + F0, <i32>((<i32>(w << 0) >> 25) << 5) | <i32>((w >>> 7) & 0x1f), 4);
      break;
    }
    case 0xb: {
      // Zalrsc: lr.w  A-lr  00010 00000 010 0101111  lr i32  14.2
      if ((w & 0xf9f0707f) == 0x1000202f && (on & 0x10) != 0) return put(rec, LR_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zalrsc: sc.w  A  00011 010 0101111  sc i32  14.2
      if ((w & 0xf800707f) == 0x1800202f && (on & 0x10) != 0) return put(rec, SC_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoswap.w  A  00001 010 0101111  amo i32 y  14.4
      if ((w & 0xf800707f) == 0x800202f && (on & 0x8) != 0) return put(rec, AMOSWAP_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoadd.w  A  00000 010 0101111  amo i32 m + y  14.4
      if ((w & 0xf800707f) == 0x202f && (on & 0x8) != 0) return put(rec, AMOADD_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoxor.w  A  00100 010 0101111  amo i32 m ^ y  14.4
      if ((w & 0xf800707f) == 0x2000202f && (on & 0x8) != 0) return put(rec, AMOXOR_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoand.w  A  01100 010 0101111  amo i32 m & y  14.4
      if ((w & 0xf800707f) == 0x6000202f && (on & 0x8) != 0) return put(rec, AMOAND_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoor.w  A  01000 010 0101111  amo i32 m | y  14.4
      if ((w & 0xf800707f) == 0x4000202f && (on & 0x8) != 0) return put(rec, AMOOR_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amomin.w  A  10000 010 0101111  amo i32 m <s y ? m : y  14.4
      if ((w & 0xf800707f) == 0x8000202f && (on & 0x8) != 0) return put(rec, AMOMIN_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amomax.w  A  10100 010 0101111  amo i32 m >=s y ? m : y  14.4
      if ((w & 0xf800707f) == 0xa000202f && (on & 0x8) != 0) return put(rec, AMOMAX_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amominu.w  A  11000 010 0101111  amo u32 m <u y ? m : y  14.4
      if ((w & 0xf800707f) == 0xc000202f && (on & 0x8) != 0) return put(rec, AMOMINU_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amomaxu.w  A  11100 010 0101111  amo u32 m >=u y ? m : y  14.4
      if ((w & 0xf800707f) == 0xe000202f && (on & 0x8) != 0) return put(rec, AMOMAXU_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zalrsc: lr.d  A-lr  00010 00000 011 0101111  lr i64  14.2
      if ((w & 0xf9f0707f) == 0x1000302f && (on & 0x10) != 0) return put(rec, LR_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zalrsc: sc.d  A  00011 011 0101111  sc i64  14.2
      if ((w & 0xf800707f) == 0x1800302f && (on & 0x10) != 0) return put(rec, SC_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoswap.d  A  00001 011 0101111  amo i64 y  14.4
      if ((w & 0xf800707f) == 0x800302f && (on & 0x8) != 0) return put(rec, AMOSWAP_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoadd.d  A  00000 011 0101111  amo i64 m + y  14.4
      if ((w & 0xf800707f) == 0x302f && (on & 0x8) != 0) return put(rec, AMOADD_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoxor.d  A  00100 011 0101111  amo i64 m ^ y  14.4
      if ((w & 0xf800707f) == 0x2000302f && (on & 0x8) != 0) return put(rec, AMOXOR_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoand.d  A  01100 011 0101111  amo i64 m & y  14.4
      if ((w & 0xf800707f) == 0x6000302f && (on & 0x8) != 0) return put(rec, AMOAND_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amoor.d  A  01000 011 0101111  amo i64 m | y  14.4
      if ((w & 0xf800707f) == 0x4000302f && (on & 0x8) != 0) return put(rec, AMOOR_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amomin.d  A  10000 011 0101111  amo i64 m <s y ? m : y  14.4
      if ((w & 0xf800707f) == 0x8000302f && (on & 0x8) != 0) return put(rec, AMOMIN_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amomax.d  A  10100 011 0101111  amo i64 m >=s y ? m : y  14.4
      if ((w & 0xf800707f) == 0xa000302f && (on & 0x8) != 0) return put(rec, AMOMAX_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amominu.d  A  11000 011 0101111  amo i64 m <u y ? m : y  14.4
      if ((w & 0xf800707f) == 0xc000302f && (on & 0x8) != 0) return put(rec, AMOMINU_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zaamo: amomaxu.d  A  11100 011 0101111  amo i64 m >=u y ? m : y  14.4
      if ((w & 0xf800707f) == 0xe000302f && (on & 0x8) != 0) return put(rec, AMOMAXU_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zacas: amocas.w  A  00101 010 0101111  do amocasW  Zacas
      if ((w & 0xf800707f) == 0x2800202f && (on & 0x80000000) != 0) return put(rec, AMOCAS_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zacas: amocas.d  A  00101 011 0101111  do amocasD  Zacas
      if ((w & 0xf800707f) == 0x2800302f && (on & 0x80000000) != 0) return put(rec, AMOCAS_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zacas: amocas.q  A-pair  00101 0 100 0 0101111  do amocasQ  Zacas
      if ((w & 0xf81070ff) == 0x2800402f && (on & 0x80000000) != 0) return put(rec, AMOCAS_Q, (((w >>> 8) & 0xf) << 1), ((w >>> 15) & 0x1f), (((w >>> 21) & 0xf) << 1), 0, 4);
      break;
    }
    case 0xc: {
      // I: add  R  0000000 000 0110011  x + y  2.4.2
      if ((w & 0xfe00707f) == 0x33) return put(rec, ADD, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: sub  R  0100000 000 0110011  x - y  2.4.2
      if ((w & 0xfe00707f) == 0x40000033) return put(rec, SUB, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: sll  R  0000000 001 0110011  x << (y & 63)  4.2.2
      if ((w & 0xfe00707f) == 0x1033) return put(rec, SLL, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: slt  R  0000000 010 0110011  x <s y  2.4.2
      if ((w & 0xfe00707f) == 0x2033) return put(rec, SLT, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: sltu  R  0000000 011 0110011  x <u y  2.4.2
      if ((w & 0xfe00707f) == 0x3033) return put(rec, SLTU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: xor  R  0000000 100 0110011  x ^ y  2.4.2
      if ((w & 0xfe00707f) == 0x4033) return put(rec, XOR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: srl  R  0000000 101 0110011  x >>u (y & 63)  4.2.2
      if ((w & 0xfe00707f) == 0x5033) return put(rec, SRL, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: sra  R  0100000 101 0110011  x >>s (y & 63)  4.2.2
      if ((w & 0xfe00707f) == 0x40005033) return put(rec, SRA, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: or  R  0000000 110 0110011  x | y  2.4.2
      if ((w & 0xfe00707f) == 0x6033) return put(rec, OR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: and  R  0000000 111 0110011  x & y  2.4.2
      if ((w & 0xfe00707f) == 0x7033) return put(rec, AND, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zmmul: mul  R  0000001 000 0110011  x * y  13.1
      if ((w & 0xfe00707f) == 0x2000033 && (on & 0x2) != 0) return put(rec, MUL, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zmmul: mulh  R  0000001 001 0110011  mulh(x, y)  13.1
      if ((w & 0xfe00707f) == 0x2001033 && (on & 0x2) != 0) return put(rec, MULH, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zmmul: mulhsu  R  0000001 010 0110011  mulhsu(x, y)  13.1
      if ((w & 0xfe00707f) == 0x2002033 && (on & 0x2) != 0) return put(rec, MULHSU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zmmul: mulhu  R  0000001 011 0110011  mulhu(x, y)  13.1
      if ((w & 0xfe00707f) == 0x2003033 && (on & 0x2) != 0) return put(rec, MULHU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: div  R  0000001 100 0110011  divs(x, y)  13.2
      if ((w & 0xfe00707f) == 0x2004033 && (on & 0x1) != 0) return put(rec, DIV, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: divu  R  0000001 101 0110011  divu(x, y)  13.2
      if ((w & 0xfe00707f) == 0x2005033 && (on & 0x1) != 0) return put(rec, DIVU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: rem  R  0000001 110 0110011  rems(x, y)  13.2
      if ((w & 0xfe00707f) == 0x2006033 && (on & 0x1) != 0) return put(rec, REM, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: remu  R  0000001 111 0110011  remu(x, y)  13.2
      if ((w & 0xfe00707f) == 0x2007033 && (on & 0x1) != 0) return put(rec, REMU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: sh1add  R  0010000 010 0110011  y + (x << 1)  Zba
      if ((w & 0xfe00707f) == 0x20002033 && (on & 0x20000) != 0) return put(rec, SH1ADD, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: sh2add  R  0010000 100 0110011  y + (x << 2)  Zba
      if ((w & 0xfe00707f) == 0x20004033 && (on & 0x20000) != 0) return put(rec, SH2ADD, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: sh3add  R  0010000 110 0110011  y + (x << 3)  Zba
      if ((w & 0xfe00707f) == 0x20006033 && (on & 0x20000) != 0) return put(rec, SH3ADD, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: andn  R  0100000 111 0110011  x & ~y  Zbb
      if ((w & 0xfe00707f) == 0x40007033 && (on & 0x240000) != 0) return put(rec, ANDN, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: orn  R  0100000 110 0110011  x | ~y  Zbb
      if ((w & 0xfe00707f) == 0x40006033 && (on & 0x240000) != 0) return put(rec, ORN, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: xnor  R  0100000 100 0110011  ~(x ^ y)  Zbb
      if ((w & 0xfe00707f) == 0x40004033 && (on & 0x240000) != 0) return put(rec, XNOR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: rol  R  0110000 001 0110011  rotl(x, y)  Zbb
      if ((w & 0xfe00707f) == 0x60001033 && (on & 0x240000) != 0) return put(rec, ROL, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: ror  R  0110000 101 0110011  rotr(x, y)  Zbb
      if ((w & 0xfe00707f) == 0x60005033 && (on & 0x240000) != 0) return put(rec, ROR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb: max  R  0000101 110 0110011  x >=s y ? x : y  Zbb
      if ((w & 0xfe00707f) == 0xa006033 && (on & 0x40000) != 0) return put(rec, MAX, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb: maxu  R  0000101 111 0110011  x >=u y ? x : y  Zbb
      if ((w & 0xfe00707f) == 0xa007033 && (on & 0x40000) != 0) return put(rec, MAXU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb: min  R  0000101 100 0110011  x <s y ? x : y  Zbb
      if ((w & 0xfe00707f) == 0xa004033 && (on & 0x40000) != 0) return put(rec, MIN, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb: minu  R  0000101 101 0110011  x <u y ? x : y  Zbb
      if ((w & 0xfe00707f) == 0xa005033 && (on & 0x40000) != 0) return put(rec, MINU, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbs: bclr  R  0100100 001 0110011  x & ~(1 << (y & 63))  Zbs
      if ((w & 0xfe00707f) == 0x48001033 && (on & 0x80000) != 0) return put(rec, BCLR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbs: bext  R  0100100 101 0110011  x >>u (y & 63) & 1  Zbs
      if ((w & 0xfe00707f) == 0x48005033 && (on & 0x80000) != 0) return put(rec, BEXT, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbs: binv  R  0110100 001 0110011  x ^ 1 << (y & 63)  Zbs
      if ((w & 0xfe00707f) == 0x68001033 && (on & 0x80000) != 0) return put(rec, BINV, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbs: bset  R  0010100 001 0110011  x | 1 << (y & 63)  Zbs
      if ((w & 0xfe00707f) == 0x28001033 && (on & 0x80000) != 0) return put(rec, BSET, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbc|Zbkc: clmul  R  0000101 001 0110011  clmul(x, y)  Zbc
      if ((w & 0xfe00707f) == 0xa001033 && (on & 0x500000) != 0) return put(rec, CLMUL, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbc|Zbkc: clmulh  R  0000101 011 0110011  clmulh(x, y)  Zbc
      if ((w & 0xfe00707f) == 0xa003033 && (on & 0x500000) != 0) return put(rec, CLMULH, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbc: clmulr  R  0000101 010 0110011  clmulr(x, y)  Zbc
      if ((w & 0xfe00707f) == 0xa002033 && (on & 0x100000) != 0) return put(rec, CLMULR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbkb: pack  R  0000100 100 0110011  zext32(x) | y << 32  Zbkb
      if ((w & 0xfe00707f) == 0x8004033 && (on & 0x200000) != 0) return put(rec, PACK, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbkb: packh  R  0000100 111 0110011  x & 0xff | (y & 0xff) << 8  Zbkb
      if ((w & 0xfe00707f) == 0x8007033 && (on & 0x200000) != 0) return put(rec, PACKH, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbkx: xperm4  R  0010100 010 0110011  xperm4(x, y)  Zbkx
      if ((w & 0xfe00707f) == 0x28002033 && (on & 0x800000) != 0) return put(rec, XPERM4, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbkx: xperm8  R  0010100 100 0110011  xperm8(x, y)  Zbkx
      if ((w & 0xfe00707f) == 0x28004033 && (on & 0x800000) != 0) return put(rec, XPERM8, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zicond: czero.eqz  R  0000111 101 0110011  y == 0 ? 0 : x  Zicond
      if ((w & 0xfe00707f) == 0xe005033 && (on & 0x1000000) != 0) return put(rec, CZERO_EQZ, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zicond: czero.nez  R  0000111 111 0110011  y != 0 ? 0 : x  Zicond
      if ((w & 0xfe00707f) == 0xe007033 && (on & 0x1000000) != 0) return put(rec, CZERO_NEZ, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      break;
    }
    case 0xd: {
      // I: lui  U  0110111  i  2.4.1
      if ((w & 0x7f) == 0x37) return put(rec, LUI, ((w >>> 7) & 0x1f), 0, 0, ((<i32>(w << 0) >> 12) << 12), 4);
      break;
    }
    case 0xe: {
      // I: addw  R  0000000 000 0111011  sext32(x + y)  4.2.2
      if ((w & 0xfe00707f) == 0x3b) return put(rec, ADDW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: subw  R  0100000 000 0111011  sext32(x - y)  4.2.2
      if ((w & 0xfe00707f) == 0x4000003b) return put(rec, SUBW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: sllw  R  0000000 001 0111011  sext32(x << (y & 31))  4.2.2
      if ((w & 0xfe00707f) == 0x103b) return put(rec, SLLW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: srlw  R  0000000 101 0111011  sext32(zext32(x) >>u (y & 31))  4.2.2
      if ((w & 0xfe00707f) == 0x503b) return put(rec, SRLW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // I: sraw  R  0100000 101 0111011  sext32(x) >>s (y & 31)  4.2.2
      if ((w & 0xfe00707f) == 0x4000503b) return put(rec, SRAW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zmmul: mulw  R  0000001 000 0111011  sext32(x * y)  13.1
      if ((w & 0xfe00707f) == 0x200003b && (on & 0x2) != 0) return put(rec, MULW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: divw  R  0000001 100 0111011  sext32(divs(sext32(x), sext32(y)))  13.2
      if ((w & 0xfe00707f) == 0x200403b && (on & 0x1) != 0) return put(rec, DIVW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: divuw  R  0000001 101 0111011  sext32(divu(zext32(x), zext32(y)))  13.2
      if ((w & 0xfe00707f) == 0x200503b && (on & 0x1) != 0) return put(rec, DIVUW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: remw  R  0000001 110 0111011  sext32(rems(sext32(x), sext32(y)))  13.2
      if ((w & 0xfe00707f) == 0x200603b && (on & 0x1) != 0) return put(rec, REMW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // M: remuw  R  0000001 111 0111011  sext32(remu(zext32(x), zext32(y)))  13.2
      if ((w & 0xfe00707f) == 0x200703b && (on & 0x1) != 0) return put(rec, REMUW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: add.uw  R  0000100 000 0111011  y + zext32(x)  Zba
      if ((w & 0xfe00707f) == 0x800003b && (on & 0x20000) != 0) return put(rec, ADD_UW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: sh1add.uw  R  0010000 010 0111011  y + (zext32(x) << 1)  Zba
      if ((w & 0xfe00707f) == 0x2000203b && (on & 0x20000) != 0) return put(rec, SH1ADD_UW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: sh2add.uw  R  0010000 100 0111011  y + (zext32(x) << 2)  Zba
      if ((w & 0xfe00707f) == 0x2000403b && (on & 0x20000) != 0) return put(rec, SH2ADD_UW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zba: sh3add.uw  R  0010000 110 0111011  y + (zext32(x) << 3)  Zba
      if ((w & 0xfe00707f) == 0x2000603b && (on & 0x20000) != 0) return put(rec, SH3ADD_UW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: rolw  R  0110000 001 0111011  sext32(x << (y & 31) | zext32(x) >>u (32 - (y & 31)))  Zbb
      if ((w & 0xfe00707f) == 0x6000103b && (on & 0x240000) != 0) return put(rec, ROLW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: rorw  R  0110000 101 0111011  sext32(zext32(x) >>u (y & 31) | x << (32 - (y & 31)))  Zbb
      if ((w & 0xfe00707f) == 0x6000503b && (on & 0x240000) != 0) return put(rec, RORW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zbb|Zbkb: zext.h  R-unary  000010000000 100 0111011  x & 0xffff  Zbb
      if ((w & 0xfff0707f) == 0x800403b && (on & 0x240000) != 0) return put(rec, ZEXT_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zbkb: packw  R-packw  0000100 100 0111011  sext32(x & 0xffff | (y & 0xffff) << 16)  Zbkb
      if ((w & 0xfe00707f) == 0x800403b && (((w >>> 20) & 0x1f)) != 0 && (on & 0x200000) != 0) return put(rec, PACKW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      break;
    }
    case 0x10: {
      // F: fmadd.s  F4-rm  00 1000011  f32 fma32(a32, b32, c32, rm)  20.6
      if ((w & 0x600007f) == 0x43 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FMADD_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // D: fmadd.d  F4-rm  01 1000011  f64 fma64(a64, b64, c64, rm)  21.4
      if ((w & 0x600007f) == 0x2000043 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FMADD_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // Zfh: fmadd.h  F4-rm  10 1000011  f16 fma16(a16, b16, c16, rm)  Zfh
      if ((w & 0x600007f) == 0x4000043 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FMADD_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      break;
    }
    case 0x11: {
      // F: fmsub.s  F4-rm  00 1000111  f32 fma32(a32, b32, c32 ^ 0x80000000, rm)  20.6
      if ((w & 0x600007f) == 0x47 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FMSUB_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // D: fmsub.d  F4-rm  01 1000111  f64 fma64(a64, b64, c64 ^ (1 << 63), rm)  21.4
      if ((w & 0x600007f) == 0x2000047 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FMSUB_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // Zfh: fmsub.h  F4-rm  10 1000111  f16 fma16(a16, b16, c16 ^ 0x8000, rm)  Zfh
      if ((w & 0x600007f) == 0x4000047 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FMSUB_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      break;
    }
    case 0x12: {
      // F: fnmsub.s  F4-rm  00 1001011  f32 fma32(a32 ^ 0x80000000, b32, c32, rm)  20.6
      if ((w & 0x600007f) == 0x4b && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FNMSUB_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // D: fnmsub.d  F4-rm  01 1001011  f64 fma64(a64 ^ (1 << 63), b64, c64, rm)  21.4
      if ((w & 0x600007f) == 0x200004b && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FNMSUB_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // Zfh: fnmsub.h  F4-rm  10 1001011  f16 fma16(a16 ^ 0x8000, b16, c16, rm)  Zfh
      if ((w & 0x600007f) == 0x400004b && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FNMSUB_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      break;
    }
    case 0x13: {
      // F: fnmadd.s  F4-rm  00 1001111  f32 fma32(a32 ^ 0x80000000, b32, c32 ^ 0x80000000, rm)  20.6
      if ((w & 0x600007f) == 0x4f && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FNMADD_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // D: fnmadd.d  F4-rm  01 1001111  f64 fma64(a64 ^ (1 << 63), b64, c64 ^ (1 << 63), rm)  21.4
      if ((w & 0x600007f) == 0x200004f && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FNMADD_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      // Zfh: fnmadd.h  F4-rm  10 1001111  f16 fma16(a16 ^ 0x8000, b16, c16 ^ 0x8000, rm)  Zfh
      if ((w & 0x600007f) == 0x400004f && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FNMADD_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16 | (((w >>> 27) & 0x1f) + F0) << 3, 4);
      break;
    }
    case 0x14: {
      // F: fadd.s  F-rm  0000000 1010011  f32 add32(a32, b32, rm)  20.6
      if ((w & 0xfe00007f) == 0x53 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FADD_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fsub.s  F-rm  0000100 1010011  f32 sub32(a32, b32, rm)  20.6
      if ((w & 0xfe00007f) == 0x8000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FSUB_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fmul.s  F-rm  0001000 1010011  f32 mul32(a32, b32, rm)  20.6
      if ((w & 0xfe00007f) == 0x10000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FMUL_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fdiv.s  F-rm  0001100 1010011  f32 div32(a32, b32, rm)  20.6
      if ((w & 0xfe00007f) == 0x18000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FDIV_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fsqrt.s  F1-rm  0101100 00000 1010011  f32 sqrt32(a32, rm)  20.6
      if ((w & 0xfff0007f) == 0x58000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FSQRT_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fmin.s  F  0010100 000 1010011  f32 min32(a32, b32)  20.6
      if ((w & 0xfe00707f) == 0x28000053 && (on & 0x20) != 0) return put(rec, FMIN_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fmax.s  F  0010100 001 1010011  f32 max32(a32, b32)  20.6
      if ((w & 0xfe00707f) == 0x28001053 && (on & 0x20) != 0) return put(rec, FMAX_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fsgnj.s  F  0010000 000 1010011  f32 (a32 & 0x7fffffff) | (b32 & 0x80000000)  20.7
      if ((w & 0xfe00707f) == 0x20000053 && (on & 0x20) != 0) return put(rec, FSGNJ_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fsgnjn.s  F  0010000 001 1010011  f32 (a32 & 0x7fffffff) | (~b32 & 0x80000000)  20.7
      if ((w & 0xfe00707f) == 0x20001053 && (on & 0x20) != 0) return put(rec, FSGNJN_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fsgnjx.s  F  0010000 010 1010011  f32 a32 ^ (b32 & 0x80000000)  20.7
      if ((w & 0xfe00707f) == 0x20002053 && (on & 0x20) != 0) return put(rec, FSGNJX_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fcvt.w.s  FX1-rm  1100000 00000 1010011  tow32(a32, rm)  20.7
      if ((w & 0xfff0007f) == 0xc0000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_W_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.wu.s  FX1-rm  1100000 00001 1010011  towu32(a32, rm)  20.7
      if ((w & 0xfff0007f) == 0xc0100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_WU_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.l.s  FX1-rm  1100000 00010 1010011  tol32(a32, rm)  20.7
      if ((w & 0xfff0007f) == 0xc0200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_L_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.lu.s  FX1-rm  1100000 00011 1010011  tolu32(a32, rm)  20.7
      if ((w & 0xfff0007f) == 0xc0300053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_LU_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.s.w  XF1-rm  1101000 00000 1010011  f32 fromw32(x, rm)  20.7
      if ((w & 0xfff0007f) == 0xd0000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_S_W, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.s.wu  XF1-rm  1101000 00001 1010011  f32 fromwu32(x, rm)  20.7
      if ((w & 0xfff0007f) == 0xd0100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_S_WU, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.s.l  XF1-rm  1101000 00010 1010011  f32 froml32(x, rm)  20.7
      if ((w & 0xfff0007f) == 0xd0200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_S_L, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fcvt.s.lu  XF1-rm  1101000 00011 1010011  f32 fromlu32(x, rm)  20.7
      if ((w & 0xfff0007f) == 0xd0300053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x20) != 0) return put(rec, FCVT_S_LU, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // F: fmv.x.w  FX1  1110000 00000 000 1010011  sext32(x)  20.7
      if ((w & 0xfff0707f) == 0xe0000053 && (on & 0x20) != 0) return put(rec, FMV_X_W, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, 0, 4);
      // F: fmv.w.x  XF1  1111000 00000 000 1010011  f32 x  20.7
      if ((w & 0xfff0707f) == 0xf0000053 && (on & 0x20) != 0) return put(rec, FMV_W_X, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, 0, 4);
      // F: feq.s  FX  1010000 010 1010011  eq32(a32, b32)  20.8
      if ((w & 0xfe00707f) == 0xa0002053 && (on & 0x20) != 0) return put(rec, FEQ_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: flt.s  FX  1010000 001 1010011  lt32(a32, b32)  20.8
      if ((w & 0xfe00707f) == 0xa0001053 && (on & 0x20) != 0) return put(rec, FLT_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fle.s  FX  1010000 000 1010011  le32(a32, b32)  20.8
      if ((w & 0xfe00707f) == 0xa0000053 && (on & 0x20) != 0) return put(rec, FLE_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // F: fclass.s  FX1  1110000 00000 001 1010011  class32(a32)  20.9
      if ((w & 0xfff0707f) == 0xe0001053 && (on & 0x20) != 0) return put(rec, FCLASS_S, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, 0, 4);
      // D: fadd.d  F-rm  0000001 1010011  f64 add64(a64, b64, rm)  21.4
      if ((w & 0xfe00007f) == 0x2000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FADD_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fsub.d  F-rm  0000101 1010011  f64 sub64(a64, b64, rm)  21.4
      if ((w & 0xfe00007f) == 0xa000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FSUB_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fmul.d  F-rm  0001001 1010011  f64 mul64(a64, b64, rm)  21.4
      if ((w & 0xfe00007f) == 0x12000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FMUL_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fdiv.d  F-rm  0001101 1010011  f64 div64(a64, b64, rm)  21.4
      if ((w & 0xfe00007f) == 0x1a000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FDIV_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fsqrt.d  F1-rm  0101101 00000 1010011  f64 sqrt64(a64, rm)  21.4
      if ((w & 0xfff0007f) == 0x5a000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FSQRT_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fmin.d  F  0010101 000 1010011  f64 min64(a64, b64)  21.4
      if ((w & 0xfe00707f) == 0x2a000053 && (on & 0x40) != 0) return put(rec, FMIN_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fmax.d  F  0010101 001 1010011  f64 max64(a64, b64)  21.4
      if ((w & 0xfe00707f) == 0x2a001053 && (on & 0x40) != 0) return put(rec, FMAX_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fsgnj.d  F  0010001 000 1010011  f64 (a64 & ~(1 << 63)) | (b64 & (1 << 63))  21.5
      if ((w & 0xfe00707f) == 0x22000053 && (on & 0x40) != 0) return put(rec, FSGNJ_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fsgnjn.d  F  0010001 001 1010011  f64 (a64 & ~(1 << 63)) | (~b64 & (1 << 63))  21.5
      if ((w & 0xfe00707f) == 0x22001053 && (on & 0x40) != 0) return put(rec, FSGNJN_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fsgnjx.d  F  0010001 010 1010011  f64 a64 ^ (b64 & (1 << 63))  21.5
      if ((w & 0xfe00707f) == 0x22002053 && (on & 0x40) != 0) return put(rec, FSGNJX_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fcvt.s.d  F1-rm  0100000 00001 1010011  f32 cvt64to32(a64, rm)  21.5
      if ((w & 0xfff0007f) == 0x40100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_S_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.d.s  F1-rmx  0100001 00000 1010011  f64 cvt32to64(a32, rm)  21.5
      if ((w & 0xfff0007f) == 0x42000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_D_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.w.d  FX1-rm  1100001 00000 1010011  tow64(a64, rm)  21.5
      if ((w & 0xfff0007f) == 0xc2000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_W_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.wu.d  FX1-rm  1100001 00001 1010011  towu64(a64, rm)  21.5
      if ((w & 0xfff0007f) == 0xc2100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_WU_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.l.d  FX1-rm  1100001 00010 1010011  tol64(a64, rm)  21.5
      if ((w & 0xfff0007f) == 0xc2200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_L_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.lu.d  FX1-rm  1100001 00011 1010011  tolu64(a64, rm)  21.5
      if ((w & 0xfff0007f) == 0xc2300053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_LU_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.d.w  XF1-rmx  1101001 00000 1010011  f64 fromw64(x, rm)  21.5
      if ((w & 0xfff0007f) == 0xd2000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_D_W, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.d.wu  XF1-rmx  1101001 00001 1010011  f64 fromwu64(x, rm)  21.5
      if ((w & 0xfff0007f) == 0xd2100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_D_WU, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.d.l  XF1-rm  1101001 00010 1010011  f64 froml64(x, rm)  21.5
      if ((w & 0xfff0007f) == 0xd2200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_D_L, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fcvt.d.lu  XF1-rm  1101001 00011 1010011  f64 fromlu64(x, rm)  21.5
      if ((w & 0xfff0007f) == 0xd2300053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x40) != 0) return put(rec, FCVT_D_LU, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // D: fmv.x.d  FX1  1110001 00000 000 1010011  x  21.5
      if ((w & 0xfff0707f) == 0xe2000053 && (on & 0x40) != 0) return put(rec, FMV_X_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, 0, 4);
      // D: fmv.d.x  XF1  1111001 00000 000 1010011  f64 x  21.5
      if ((w & 0xfff0707f) == 0xf2000053 && (on & 0x40) != 0) return put(rec, FMV_D_X, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, 0, 4);
      // D: feq.d  FX  1010001 010 1010011  eq64(a64, b64)  21.6
      if ((w & 0xfe00707f) == 0xa2002053 && (on & 0x40) != 0) return put(rec, FEQ_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: flt.d  FX  1010001 001 1010011  lt64(a64, b64)  21.6
      if ((w & 0xfe00707f) == 0xa2001053 && (on & 0x40) != 0) return put(rec, FLT_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fle.d  FX  1010001 000 1010011  le64(a64, b64)  21.6
      if ((w & 0xfe00707f) == 0xa2000053 && (on & 0x40) != 0) return put(rec, FLE_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // D: fclass.d  FX1  1110001 00000 001 1010011  class64(a64)  21.7
      if ((w & 0xfff0707f) == 0xe2001053 && (on & 0x40) != 0) return put(rec, FCLASS_D, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, 0, 4);
      // Zfhmin: fmv.x.h  FX1  1110010 00000 000 1010011  ((x & 0xffff) << 48) >>s 48  Zfh
      if ((w & 0xfff0707f) == 0xe4000053 && (on & 0x80) != 0) return put(rec, FMV_X_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, 0, 4);
      // Zfhmin: fmv.h.x  XF1  1111010 00000 000 1010011  f16 x  Zfh
      if ((w & 0xfff0707f) == 0xf4000053 && (on & 0x80) != 0) return put(rec, FMV_H_X, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zfhmin: fcvt.s.h  F1-rmx  0100000 00010 1010011  f32 cvt16to32(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0x40200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x80) != 0) return put(rec, FCVT_S_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfhmin: fcvt.h.s  F1-rm  0100010 00000 1010011  f16 cvt32to16(a32, rm)  Zfh
      if ((w & 0xfff0007f) == 0x44000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x80) != 0) return put(rec, FCVT_H_S, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfhmin with D: fcvt.d.h  F1-rmx  0100001 00010 1010011  f64 cvt16to64(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0x42200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x80) != 0 && (on & 0x40) != 0) return put(rec, FCVT_D_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfhmin with D: fcvt.h.d  F1-rm  0100010 00001 1010011  f16 cvt64to16(a64, rm)  Zfh
      if ((w & 0xfff0007f) == 0x44100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x80) != 0 && (on & 0x40) != 0) return put(rec, FCVT_H_D, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fadd.h  F-rm  0000010 1010011  f16 add16(a16, b16, rm)  Zfh
      if ((w & 0xfe00007f) == 0x4000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FADD_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fsub.h  F-rm  0000110 1010011  f16 sub16(a16, b16, rm)  Zfh
      if ((w & 0xfe00007f) == 0xc000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FSUB_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fmul.h  F-rm  0001010 1010011  f16 mul16(a16, b16, rm)  Zfh
      if ((w & 0xfe00007f) == 0x14000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FMUL_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fdiv.h  F-rm  0001110 1010011  f16 div16(a16, b16, rm)  Zfh
      if ((w & 0xfe00007f) == 0x1c000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FDIV_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fsqrt.h  F1-rm  0101110 00000 1010011  f16 sqrt16(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0x5c000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FSQRT_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fmin.h  F  0010110 000 1010011  f16 min16(a16, b16)  Zfh
      if ((w & 0xfe00707f) == 0x2c000053 && (on & 0x100) != 0) return put(rec, FMIN_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fmax.h  F  0010110 001 1010011  f16 max16(a16, b16)  Zfh
      if ((w & 0xfe00707f) == 0x2c001053 && (on & 0x100) != 0) return put(rec, FMAX_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fsgnj.h  F  0010010 000 1010011  f16 (a16 & 0x7fff) | (b16 & 0x8000)  Zfh
      if ((w & 0xfe00707f) == 0x24000053 && (on & 0x100) != 0) return put(rec, FSGNJ_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fsgnjn.h  F  0010010 001 1010011  f16 (a16 & 0x7fff) | (~b16 & 0x8000)  Zfh
      if ((w & 0xfe00707f) == 0x24001053 && (on & 0x100) != 0) return put(rec, FSGNJN_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fsgnjx.h  F  0010010 010 1010011  f16 a16 ^ (b16 & 0x8000)  Zfh
      if ((w & 0xfe00707f) == 0x24002053 && (on & 0x100) != 0) return put(rec, FSGNJX_H, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fcvt.w.h  FX1-rm  1100010 00000 1010011  tow16(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0xc4000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_W_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.wu.h  FX1-rm  1100010 00001 1010011  towu16(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0xc4100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_WU_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.l.h  FX1-rm  1100010 00010 1010011  tol16(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0xc4200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_L_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.lu.h  FX1-rm  1100010 00011 1010011  tolu16(a16, rm)  Zfh
      if ((w & 0xfff0007f) == 0xc4300053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_LU_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.h.w  XF1-rm  1101010 00000 1010011  f16 fromw16(x, rm)  Zfh
      if ((w & 0xfff0007f) == 0xd4000053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_H_W, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.h.wu  XF1-rm  1101010 00001 1010011  f16 fromwu16(x, rm)  Zfh
      if ((w & 0xfff0007f) == 0xd4100053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_H_WU, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.h.l  XF1-rm  1101010 00010 1010011  f16 froml16(x, rm)  Zfh
      if ((w & 0xfff0007f) == 0xd4200053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_H_L, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: fcvt.h.lu  XF1-rm  1101010 00011 1010011  f16 fromlu16(x, rm)  Zfh
      if ((w & 0xfff0007f) == 0xd4300053 && (((w >>> 12) & 0x7)) != 5 && (((w >>> 12) & 0x7)) != 6 && (on & 0x100) != 0) return put(rec, FCVT_H_LU, ((w >>> 7) & 0x1f) + F0, ((w >>> 15) & 0x1f), 0, ((w >>> 12) & 0x7) << 16, 4);
      // Zfh: feq.h  FX  1010010 010 1010011  eq16(a16, b16)  Zfh
      if ((w & 0xfe00707f) == 0xa4002053 && (on & 0x100) != 0) return put(rec, FEQ_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: flt.h  FX  1010010 001 1010011  lt16(a16, b16)  Zfh
      if ((w & 0xfe00707f) == 0xa4001053 && (on & 0x100) != 0) return put(rec, FLT_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fle.h  FX  1010010 000 1010011  le16(a16, b16)  Zfh
      if ((w & 0xfe00707f) == 0xa4000053 && (on & 0x100) != 0) return put(rec, FLE_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, ((w >>> 20) & 0x1f) + F0, 0, 4);
      // Zfh: fclass.h  FX1  1110010 00000 001 1010011  class16(a16)  Zfh
      if ((w & 0xfff0707f) == 0xe4001053 && (on & 0x100) != 0) return put(rec, FCLASS_H, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f) + F0, 0, 0, 4);
      break;
    }
    case 0x18: {
      // I: beq  B  000 1100011  if x == y  2.5.2
      if ((w & 0x707f) == 0x63) return put(rec, BEQ_FAR, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 31) << 12) | <i32>(((w >>> 25) & 0x3f) << 5) | <i32>(((w >>> 8) & 0xf) << 1) | <i32>(((w >>> 7) & 0x1) << 11), 4);
      // I: bne  B  001 1100011  if x != y  2.5.2
      if ((w & 0x707f) == 0x1063) return put(rec, BNE_FAR, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 31) << 12) | <i32>(((w >>> 25) & 0x3f) << 5) | <i32>(((w >>> 8) & 0xf) << 1) | <i32>(((w >>> 7) & 0x1) << 11), 4);
      // I: blt  B  100 1100011  if x <s y  2.5.2
      if ((w & 0x707f) == 0x4063) return put(rec, BLT_FAR, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 31) << 12) | <i32>(((w >>> 25) & 0x3f) << 5) | <i32>(((w >>> 8) & 0xf) << 1) | <i32>(((w >>> 7) & 0x1) << 11), 4);
      // I: bge  B  101 1100011  if x >=s y  2.5.2
      if ((w & 0x707f) == 0x5063) return put(rec, BGE_FAR, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 31) << 12) | <i32>(((w >>> 25) & 0x3f) << 5) | <i32>(((w >>> 8) & 0xf) << 1) | <i32>(((w >>> 7) & 0x1) << 11), 4);
      // I: bltu  B  110 1100011  if x <u y  2.5.2
      if ((w & 0x707f) == 0x6063) return put(rec, BLTU_FAR, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 31) << 12) | <i32>(((w >>> 25) & 0x3f) << 5) | <i32>(((w >>> 8) & 0xf) << 1) | <i32>(((w >>> 7) & 0x1) << 11), 4);
      // I: bgeu  B  111 1100011  if x >=u y  2.5.2
      if ((w & 0x707f) == 0x7063) return put(rec, BGEU_FAR, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), <i32>((<i32>(w << 0) >> 31) << 12) | <i32>(((w >>> 25) & 0x3f) << 5) | <i32>(((w >>> 8) & 0xf) << 1) | <i32>(((w >>> 7) & 0x1) << 11), 4);
      break;
    }
    case 0x19: {
      // I: jalr  I-load  000 1100111  jump (x + i) & ~1  2.5.1
      if ((w & 0x707f) == 0x67) return put(rec, JALR, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, (<i32>(w << 0) >> 20), 4);
      break;
    }
    case 0x1b: {
      // I: jal  J  1101111  jump pc + i  2.5.1
      if ((w & 0x7f) == 0x6f) return put(rec, JAL_FAR, ((w >>> 7) & 0x1f), 0, 0, <i32>((<i32>(w << 0) >> 31) << 20) | <i32>(((w >>> 21) & 0x3ff) << 1) | <i32>(((w >>> 20) & 0x1) << 11) | <i32>(((w >>> 12) & 0xff) << 12), 4);
      break;
    }
    case 0x1c: {
      // I: ecall  NONE  000000000000 00000 000 00000 1110011  do ecall  2.8
      if ((w & 0xffffffff) == 0x73) return put(rec, ECALL, 0, 0, 0, 0, 4);
      // I: ebreak  NONE  000000000001 00000 000 00000 1110011  do ebreak  2.8
      if ((w & 0xffffffff) == 0x100073) return put(rec, EBREAK, 0, 0, 0, 0, 4);
      // Zawrs: wrs.nto  NONE  000000001101 00000 000 00000 1110011  do wrsNto  Zawrs
      if ((w & 0xffffffff) == 0xd00073 && (on & 0x40000000) != 0) return put(rec, WRS_NTO, 0, 0, 0, 0, 4);
      // Zawrs: wrs.sto  NONE  000000011101 00000 000 00000 1110011  do wrsSto  Zawrs
      if ((w & 0xffffffff) == 0x1d00073 && (on & 0x40000000) != 0) return put(rec, WRS_STO, 0, 0, 0, 0, 4);
      // Zimop: mop.r.n  MOP.R  1 00 0111 100 1110011  0  Zimop
      if ((w & 0xb3c0707f) == 0x81c04073 && (on & 0x8000000) != 0) return put(rec, MOP_R_N, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, 0, 4);
      // Zimop: mop.rr.n  MOP.RR  1 00 1 100 1110011  0  Zimop
      if ((w & 0xb200707f) == 0x82004073 && (on & 0x8000000) != 0) return put(rec, MOP_RR_N, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Zicsr: csrrw  CSR  001 1110011  do csrrw  I-7.1
      if ((w & 0x707f) == 0x1073 && (on & 0x1000) != 0) return put(rec, CSRRW, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0xfff), 4);
      // Zicsr: csrrs  CSR  010 1110011  do csrrs  I-7.1
      if ((w & 0x707f) == 0x2073 && (on & 0x1000) != 0) return put(rec, CSRRS, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0xfff), 4);
      // Zicsr: csrrc  CSR  011 1110011  do csrrc  I-7.1
      if ((w & 0x707f) == 0x3073 && (on & 0x1000) != 0) return put(rec, CSRRC, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0xfff), 4);
      // Zicsr: csrrwi  CSR-imm  101 1110011  do csrrwi  I-7.1
      if ((w & 0x707f) == 0x5073 && (on & 0x1000) != 0) return put(rec, CSRRWI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0xfff), 4);
      // Zicsr: csrrsi  CSR-imm  110 1110011  do csrrsi  I-7.1
      if ((w & 0x707f) == 0x6073 && (on & 0x1000) != 0) return put(rec, CSRRSI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0xfff), 4);
      // Zicsr: csrrci  CSR-imm  111 1110011  do csrrci  I-7.1
      if ((w & 0x707f) == 0x7073 && (on & 0x1000) != 0) return put(rec, CSRRCI, ((w >>> 7) & 0x1f), ((w >>> 15) & 0x1f), 0, ((w >>> 20) & 0xfff), 4);
      // I: sret  NONE  000100000010 00000 000 00000 1110011  do sret  II-3.3.2
      if ((w & 0xffffffff) == 0x10200073) return put(rec, SRET, 0, 0, 0, 0, 4);
      // I: mret  NONE  001100000010 00000 000 00000 1110011  do mret  II-3.3.2
      if ((w & 0xffffffff) == 0x30200073) return put(rec, MRET, 0, 0, 0, 0, 4);
      // I: wfi  NONE  000100000101 00000 000 00000 1110011  do wfi  II-3.3.3
      if ((w & 0xffffffff) == 0x10500073) return put(rec, WFI, 0, 0, 0, 0, 4);
      // I: sfence.vma  SFENCE  0001001 000 00000 1110011  do sfenceVma  II-10.2.1
      if ((w & 0xfe007fff) == 0x12000073) return put(rec, SFENCE_VMA, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Svinval: sinval.vma  SFENCE  0001011 000 00000 1110011  do sfenceVma  Svinval
      if ((w & 0xfe007fff) == 0x16000073 && (on & 0x100000000000) != 0) return put(rec, SINVAL_VMA, 0, ((w >>> 15) & 0x1f), ((w >>> 20) & 0x1f), 0, 4);
      // Svinval: sfence.w.inval  NONE  000110000000 00000 000 00000 1110011  do sfenceInval  Svinval
      if ((w & 0xffffffff) == 0x18000073 && (on & 0x100000000000) != 0) return put(rec, SFENCE_W_INVAL, 0, 0, 0, 0, 4);
      // Svinval: sfence.inval.ir  NONE  000110000001 00000 000 00000 1110011  do sfenceInval  Svinval
      if ((w & 0xffffffff) == 0x18100073 && (on & 0x100000000000) != 0) return put(rec, SFENCE_INVAL_IR, 0, 0, 0, 0, 4);
      break;
    }
  }
  put(rec, ILLEGAL, 0, 0, 0, 0, 4);
}

/** Decodes the 16-bit word `w` into the record `rec`. */
export function decode16(rec: usize, w: u32): void {
  const on = load<u64>(EXTENSIONS);
  switch (((w >>> 11) & 0x1c) | (w & 3)) {
    case 0x0: {
      // Zca: c.addi4spn  000 nzuimm[5:4|9:6|2|3] rd' 00  rd', x2, nzuimm  addi rd', x2, nzuimm
      if ((w & 0xe003) == 0x0 && (<i32>(((w >>> 11) & 0x3) << 4) | <i32>(((w >>> 7) & 0xf) << 6) | <i32>(((w >>> 6) & 0x1) << 2) | <i32>(((w >>> 5) & 0x1) << 3)) != 0 && (on & 0x400) != 0) return put(rec, C_ADDI, ((w >>> 2) & 0x7) + 8, 2, 0, <i32>(((w >>> 11) & 0x3) << 4) | <i32>(((w >>> 7) & 0xf) << 6) | <i32>(((w >>> 6) & 0x1) << 2) | <i32>(((w >>> 5) & 0x1) << 3), 2);
      break;
    }
    case 0x1: {
      // Zca: c.addi  000 imm[5] rd imm[4:0] 01  rd, imm  addi rd, rd, imm
      if ((w & 0xe003) == 0x1 && (on & 0x400) != 0) return put(rec, C_ADDI, ((w >>> 7) & 0x1f), ((w >>> 7) & 0x1f), 0, <i32>((<i32>(w << 19) >> 31) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      break;
    }
    case 0x2: {
      // Zca: c.slli  000 nzuimm[5] rd nzuimm[4:0] 10  rd, nzuimm  slli rd, rd, nzuimm
      if ((w & 0xe003) == 0x2 && (<i32>(((w >>> 12) & 0x1) << 5) | <i32>((w >>> 2) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_SLLI, ((w >>> 7) & 0x1f), ((w >>> 7) & 0x1f), 0, <i32>(((w >>> 12) & 0x1) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      // Zca: c.slli64  000 0 rd 00000 10  rd  slli rd, rd, 0
      if ((w & 0xf07f) == 0x2 && (on & 0x400) != 0) return put(rec, C_SLLI, ((w >>> 7) & 0x1f), ((w >>> 7) & 0x1f), 0, 0, 2);
      break;
    }
    case 0x4: {
      // Zcd: c.fld  001 uimm[5:3] rs1' uimm[7:6] frd' 00  frd', uimm(rs1')  fld frd', uimm(rs1')
      if ((w & 0xe003) == 0x2000 && (on & 0x800) != 0 && (on & 0x40) != 0) return put(rec, C_FLD, ((w >>> 2) & 0x7) + 8 + F0, ((w >>> 7) & 0x7) + 8, 0, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 5) & 0x3) << 6), 2);
      break;
    }
    case 0x5: {
      // Zca: c.addiw  001 imm[5] rd!=0 imm[4:0] 01  rd, imm  addiw rd, rd, imm
      if ((w & 0xe003) == 0x2001 && (((w >>> 7) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_ADDIW, ((w >>> 7) & 0x1f), ((w >>> 7) & 0x1f), 0, <i32>((<i32>(w << 19) >> 31) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      break;
    }
    case 0x6: {
      // Zcd: c.fldsp  001 uimm[5] frd uimm[4:3|8:6] 10  frd, uimm(x2)  fld frd, uimm(x2)
      if ((w & 0xe003) == 0x2002 && (on & 0x800) != 0 && (on & 0x40) != 0) return put(rec, C_FLD, ((w >>> 7) & 0x1f) + F0, 2, 0, <i32>(((w >>> 12) & 0x1) << 5) | <i32>(((w >>> 5) & 0x3) << 3) | <i32>(((w >>> 2) & 0x7) << 6), 2);
      break;
    }
    case 0x8: {
      // Zca: c.lw  010 uimm[5:3] rs1' uimm[2|6] rd' 00  rd', uimm(rs1')  lw rd', uimm(rs1')
      if ((w & 0xe003) == 0x4000 && (on & 0x400) != 0) return put(rec, C_LW, ((w >>> 2) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 6) & 0x1) << 2) | <i32>(((w >>> 5) & 0x1) << 6), 2);
      break;
    }
    case 0x9: {
      // Zca: c.li  010 imm[5] rd imm[4:0] 01  rd, imm  addi rd, x0, imm
      if ((w & 0xe003) == 0x4001 && (on & 0x400) != 0) return put(rec, C_ADDI, ((w >>> 7) & 0x1f), 0, 0, <i32>((<i32>(w << 19) >> 31) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      break;
    }
    case 0xa: {
      // Zca: c.lwsp  010 uimm[5] rd!=0 uimm[4:2|7:6] 10  rd, uimm(x2)  lw rd, uimm(x2)
      if ((w & 0xe003) == 0x4002 && (((w >>> 7) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_LW, ((w >>> 7) & 0x1f), 2, 0, <i32>(((w >>> 12) & 0x1) << 5) | <i32>(((w >>> 4) & 0x7) << 2) | <i32>(((w >>> 2) & 0x3) << 6), 2);
      break;
    }
    case 0xc: {
      // Zca: c.ld  011 uimm[5:3] rs1' uimm[7:6] rd' 00  rd', uimm(rs1')  ld rd', uimm(rs1')
      if ((w & 0xe003) == 0x6000 && (on & 0x400) != 0) return put(rec, C_LD, ((w >>> 2) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 5) & 0x3) << 6), 2);
      break;
    }
    case 0xd: {
      // Zca: c.addi16sp  011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01  x2, nzimm  addi x2, x2, nzimm
      if ((w & 0xef83) == 0x6101 && (<i32>(((w >>> 12) & 0x1) << 9) | <i32>(((w >>> 6) & 0x1) << 4) | <i32>(((w >>> 5) & 0x1) << 6) | <i32>(((w >>> 3) & 0x3) << 7) | <i32>(((w >>> 2) & 0x1) << 5)) != 0 && (on & 0x400) != 0) return put(rec, C_ADDI, 2, 2, 0, <i32>((<i32>(w << 19) >> 31) << 9) | <i32>(((w >>> 6) & 0x1) << 4) | <i32>(((w >>> 5) & 0x1) << 6) | <i32>(((w >>> 3) & 0x3) << 7) | <i32>(((w >>> 2) & 0x1) << 5), 2);
      // Zca: c.lui  011 nzimm[17] rd!=2 nzimm[16:12] 01  rd, nzimm  lui rd, nzimm
      if ((w & 0xe003) == 0x6001 && (<i32>(((w >>> 12) & 0x1) << 17) | <i32>(((w >>> 2) & 0x1f) << 12)) != 0 && (((w >>> 7) & 0x1f)) != 2 && (on & 0x400) != 0) return put(rec, C_LUI, ((w >>> 7) & 0x1f), 0, 0, <i32>((<i32>(w << 19) >> 31) << 17) | <i32>(((w >>> 2) & 0x1f) << 12), 2);
      // Zcmop: c.mop.1  011 0 00001 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6081 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.3  011 0 00011 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6181 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.5  011 0 00101 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6281 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.7  011 0 00111 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6381 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.9  011 0 01001 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6481 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.11  011 0 01011 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6581 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.13  011 0 01101 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6681 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      // Zcmop: c.mop.15  011 0 01111 00000 01  -  addi x0, x0, 0
      if ((w & 0xffff) == 0x6781 && (on & 0x10000000) != 0) return put(rec, C_ADDI, 0, 0, 0, 0, 2);
      break;
    }
    case 0xe: {
      // Zca: c.ldsp  011 uimm[5] rd!=0 uimm[4:3|8:6] 10  rd, uimm(x2)  ld rd, uimm(x2)
      if ((w & 0xe003) == 0x6002 && (((w >>> 7) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_LD, ((w >>> 7) & 0x1f), 2, 0, <i32>(((w >>> 12) & 0x1) << 5) | <i32>(((w >>> 5) & 0x3) << 3) | <i32>(((w >>> 2) & 0x7) << 6), 2);
      break;
    }
    case 0x10: {
      // Zcb: c.lbu  100 000 rs1' uimm[0|1] rd' 00  rd', uimm(rs1')  lbu rd', uimm(rs1')
      if ((w & 0xfc03) == 0x8000 && (on & 0x20000000) != 0) return put(rec, C_LBU, ((w >>> 2) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, <i32>((w >>> 6) & 0x1) | <i32>(((w >>> 5) & 0x1) << 1), 2);
      // Zcb: c.lhu  100 001 rs1' 0 uimm[1] rd' 00  rd', uimm(rs1')  lhu rd', uimm(rs1')
      if ((w & 0xfc43) == 0x8400 && (on & 0x20000000) != 0) return put(rec, C_LHU, ((w >>> 2) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, (((w >>> 5) & 0x1) << 1), 2);
      // Zcb: c.lh  100 001 rs1' 1 uimm[1] rd' 00  rd', uimm(rs1')  lh rd', uimm(rs1')
      if ((w & 0xfc43) == 0x8440 && (on & 0x20000000) != 0) return put(rec, C_LH, ((w >>> 2) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, (((w >>> 5) & 0x1) << 1), 2);
      // Zcb: c.sb  100 010 rs1' uimm[0|1] rs2' 00  rs2', uimm(rs1')  sb rs2', uimm(rs1')
      if ((w & 0xfc03) == 0x8800 && (on & 0x20000000) != 0) return put(rec, C_SB, 0, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, <i32>((w >>> 6) & 0x1) | <i32>(((w >>> 5) & 0x1) << 1), 2);
      // Zcb: c.sh  100 011 rs1' 0 uimm[1] rs2' 00  rs2', uimm(rs1')  sh rs2', uimm(rs1')
      if ((w & 0xfc43) == 0x8c00 && (on & 0x20000000) != 0) return put(rec, C_SH, 0, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, (((w >>> 5) & 0x1) << 1), 2);
      break;
    }
    case 0x11: {
      // Zca: c.srli  100 nzuimm[5] 00 rd' nzuimm[4:0] 01  rd', nzuimm  srli rd', rd', nzuimm
      if ((w & 0xec03) == 0x8001 && (<i32>(((w >>> 12) & 0x1) << 5) | <i32>((w >>> 2) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_SRLI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, <i32>(((w >>> 12) & 0x1) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      // Zca: c.srli64  100 0 00 rd' 00000 01  rd'  srli rd', rd', 0
      if ((w & 0xfc7f) == 0x8001 && (on & 0x400) != 0) return put(rec, C_SRLI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 0, 2);
      // Zca: c.srai  100 nzuimm[5] 01 rd' nzuimm[4:0] 01  rd', nzuimm  srai rd', rd', nzuimm
      if ((w & 0xec03) == 0x8401 && (<i32>(((w >>> 12) & 0x1) << 5) | <i32>((w >>> 2) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_SRAI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, <i32>(((w >>> 12) & 0x1) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      // Zca: c.srai64  100 0 01 rd' 00000 01  rd'  srai rd', rd', 0
      if ((w & 0xfc7f) == 0x8401 && (on & 0x400) != 0) return put(rec, C_SRAI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 0, 2);
      // Zca: c.andi  100 imm[5] 10 rd' imm[4:0] 01  rd', imm  andi rd', rd', imm
      if ((w & 0xec03) == 0x8801 && (on & 0x400) != 0) return put(rec, C_ANDI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, <i32>((<i32>(w << 19) >> 31) << 5) | <i32>((w >>> 2) & 0x1f), 2);
      // Zca: c.sub  100 0 11 rd' 00 rs2' 01  rd', rs2'  sub rd', rd', rs2'
      if ((w & 0xfc63) == 0x8c01 && (on & 0x400) != 0) return put(rec, C_SUB, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      // Zca: c.xor  100 0 11 rd' 01 rs2' 01  rd', rs2'  xor rd', rd', rs2'
      if ((w & 0xfc63) == 0x8c21 && (on & 0x400) != 0) return put(rec, C_XOR, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      // Zca: c.or  100 0 11 rd' 10 rs2' 01  rd', rs2'  or rd', rd', rs2'
      if ((w & 0xfc63) == 0x8c41 && (on & 0x400) != 0) return put(rec, C_OR, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      // Zca: c.and  100 0 11 rd' 11 rs2' 01  rd', rs2'  and rd', rd', rs2'
      if ((w & 0xfc63) == 0x8c61 && (on & 0x400) != 0) return put(rec, C_AND, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      // Zca: c.subw  100 1 11 rd' 00 rs2' 01  rd', rs2'  subw rd', rd', rs2'
      if ((w & 0xfc63) == 0x9c01 && (on & 0x400) != 0) return put(rec, C_SUBW, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      // Zca: c.addw  100 1 11 rd' 01 rs2' 01  rd', rs2'  addw rd', rd', rs2'
      if ((w & 0xfc63) == 0x9c21 && (on & 0x400) != 0) return put(rec, C_ADDW, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      // Zcb: c.zext.b  100 1 11 rd' 11 000 01  rd'  andi rd', rd', 255
      if ((w & 0xfc7f) == 0x9c61 && (on & 0x20000000) != 0) return put(rec, C_ANDI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 255, 2);
      // Zcb: c.sext.b  100 1 11 rd' 11 001 01  rd'  sext.b rd', rd'
      if ((w & 0xfc7f) == 0x9c65 && (on & 0x20000000) != 0 && (on & 0x40000) != 0) return put(rec, C_SEXT_B, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 0, 2);
      // Zcb: c.zext.h  100 1 11 rd' 11 010 01  rd'  zext.h rd', rd'
      if ((w & 0xfc7f) == 0x9c69 && (on & 0x20000000) != 0 && (on & 0x240000) != 0) return put(rec, C_ZEXT_H, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 0, 2);
      // Zcb: c.sext.h  100 1 11 rd' 11 011 01  rd'  sext.h rd', rd'
      if ((w & 0xfc7f) == 0x9c6d && (on & 0x20000000) != 0 && (on & 0x40000) != 0) return put(rec, C_SEXT_H, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 0, 2);
      // Zcb: c.zext.w  100 1 11 rd' 11 100 01  rd'  add.uw rd', rd', x0
      if ((w & 0xfc7f) == 0x9c71 && (on & 0x20000000) != 0 && (on & 0x20000) != 0) return put(rec, C_ADD_UW, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, 0, 2);
      // Zcb: c.not  100 1 11 rd' 11 101 01  rd'  xori rd', rd', -1
      if ((w & 0xfc7f) == 0x9c75 && (on & 0x20000000) != 0) return put(rec, C_XORI, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, 0, -1, 2);
      // Zcb: c.mul  100 1 11 rd' 10 rs2' 01  rd', rs2'  mul rd', rd', rs2'
      if ((w & 0xfc63) == 0x9c41 && (on & 0x20000000) != 0 && (on & 0x2) != 0) return put(rec, C_MUL, ((w >>> 7) & 0x7) + 8, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, 0, 2);
      break;
    }
    case 0x12: {
      // Zca: c.jr  100 0 rs1!=0 00000 10  rs1  jalr x0, 0(rs1)
      if ((w & 0xf07f) == 0x8002 && (((w >>> 7) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_JALR, 0, ((w >>> 7) & 0x1f), 0, 0, 2);
      // Zca: c.mv  100 0 rd rs2!=0 10  rd, rs2  add rd, x0, rs2
      if ((w & 0xf003) == 0x8002 && (((w >>> 2) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_ADD, ((w >>> 7) & 0x1f), 0, ((w >>> 2) & 0x1f), 0, 2);
      // Zca: c.ebreak  100 1 00000 00000 10  -  ebreak
      if ((w & 0xffff) == 0x9002 && (on & 0x400) != 0) return put(rec, C_EBREAK, 0, 0, 0, 0, 2);
      // Zca: c.jalr  100 1 rs1!=0 00000 10  rs1  jalr x1, 0(rs1)
      if ((w & 0xf07f) == 0x9002 && (((w >>> 7) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_JALR, 1, ((w >>> 7) & 0x1f), 0, 0, 2);
      // Zca: c.add  100 1 rd rs2!=0 10  rd, rs2  add rd, rd, rs2
      if ((w & 0xf003) == 0x9002 && (((w >>> 2) & 0x1f)) != 0 && (on & 0x400) != 0) return put(rec, C_ADD, ((w >>> 7) & 0x1f), ((w >>> 7) & 0x1f), ((w >>> 2) & 0x1f), 0, 2);
      break;
    }
    case 0x14: {
      // Zcd: c.fsd  101 uimm[5:3] rs1' uimm[7:6] frs2' 00  frs2', uimm(rs1')  fsd frs2', uimm(rs1')
      if ((w & 0xe003) == 0xa000 && (on & 0x800) != 0 && (on & 0x40) != 0) return put(rec, C_FSD, 0, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8 + F0, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 5) & 0x3) << 6), 2);
      break;
    }
    case 0x15: {
      // Zca: c.j  101 imm[11|4|9:8|10|6|7|3:1|5] 01  imm  jal x0, imm
      if ((w & 0xe003) == 0xa001 && (on & 0x400) != 0) return put(rec, JAL_FAR, 0, 0, 0, <i32>((<i32>(w << 19) >> 31) << 11) | <i32>(((w >>> 11) & 0x1) << 4) | <i32>(((w >>> 9) & 0x3) << 8) | <i32>(((w >>> 8) & 0x1) << 10) | <i32>(((w >>> 7) & 0x1) << 6) | <i32>(((w >>> 6) & 0x1) << 7) | <i32>(((w >>> 3) & 0x7) << 1) | <i32>(((w >>> 2) & 0x1) << 5), 2);
      break;
    }
    case 0x16: {
      // Zcd: c.fsdsp  101 uimm[5:3|8:6] frs2 10  frs2, uimm(x2)  fsd frs2, uimm(x2)
      if ((w & 0xe003) == 0xa002 && (on & 0x800) != 0 && (on & 0x40) != 0) return put(rec, C_FSD, 0, 2, ((w >>> 2) & 0x1f) + F0, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 7) & 0x7) << 6), 2);
      break;
    }
    case 0x18: {
      // Zca: c.sw  110 uimm[5:3] rs1' uimm[2|6] rs2' 00  rs2', uimm(rs1')  sw rs2', uimm(rs1')
      if ((w & 0xe003) == 0xc000 && (on & 0x400) != 0) return put(rec, C_SW, 0, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 6) & 0x1) << 2) | <i32>(((w >>> 5) & 0x1) << 6), 2);
      break;
    }
    case 0x19: {
      // Zca: c.beqz  110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01  rs1', imm  beq rs1', x0, imm
      if ((w & 0xe003) == 0xc001 && (on & 0x400) != 0) return put(rec, BEQ_FAR, 0, ((w >>> 7) & 0x7) + 8, 0, <i32>((<i32>(w << 19) >> 31) << 8) | <i32>(((w >>> 10) & 0x3) << 3) | <i32>(((w >>> 5) & 0x3) << 6) | <i32>(((w >>> 3) & 0x3) << 1) | <i32>(((w >>> 2) & 0x1) << 5), 2);
      break;
    }
    case 0x1a: {
      // Zca: c.swsp  110 uimm[5:2|7:6] rs2 10  rs2, uimm(x2)  sw rs2, uimm(x2)
      if ((w & 0xe003) == 0xc002 && (on & 0x400) != 0) return put(rec, C_SW, 0, 2, ((w >>> 2) & 0x1f), <i32>(((w >>> 9) & 0xf) << 2) | <i32>(((w >>> 7) & 0x3) << 6), 2);
      break;
    }
    case 0x1c: {
      // Zca: c.sd  111 uimm[5:3] rs1' uimm[7:6] rs2' 00  rs2', uimm(rs1')  sd rs2', uimm(rs1')
      if ((w & 0xe003) == 0xe000 && (on & 0x400) != 0) return put(rec, C_SD, 0, ((w >>> 7) & 0x7) + 8, ((w >>> 2) & 0x7) + 8, <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 5) & 0x3) << 6), 2);
      break;
    }
    case 0x1d: {
      // Zca: c.bnez  111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01  rs1', imm  bne rs1', x0, imm
      if ((w & 0xe003) == 0xe001 && (on & 0x400) != 0) return put(rec, BNE_FAR, 0, ((w >>> 7) & 0x7) + 8, 0, <i32>((<i32>(w << 19) >> 31) << 8) | <i32>(((w >>> 10) & 0x3) << 3) | <i32>(((w >>> 5) & 0x3) << 6) | <i32>(((w >>> 3) & 0x3) << 1) | <i32>(((w >>> 2) & 0x1) << 5), 2);
      break;
    }
    case 0x1e: {
      // Zca: c.sdsp  111 uimm[5:3|8:6] rs2 10  rs2, uimm(x2)  sd rs2, uimm(x2)
      if ((w & 0xe003) == 0xe002 && (on & 0x400) != 0) return put(rec, C_SD, 0, 2, ((w >>> 2) & 0x1f), <i32>(((w >>> 10) & 0x7) << 3) | <i32>(((w >>> 7) & 0x7) << 6), 2);
      break;
    }
  }
  put(rec, ILLEGAL, 0, 0, 0, 0, 2);
}

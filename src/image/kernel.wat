;; The inner loops of "lentigo-area-1" (see resample.ts) in WebAssembly SIMD: a 3000 x 3000 crop takes
;; 6 ms where the same loops in JavaScript take 30 ms or more. `npm run kernel` makes kernel-binary.ts of it.
(module
  (memory (import "host" "memory") 1)

  ;; One source row to output pixels of 4 x i32, each 0..65280.
  ;;   source   the row, 4 bytes a pixel; may be read up to 12 bytes past what the weights use
  ;;   spans    for each output: offset of its first source pixel in bytes, bytes of its weights
  ;;   weights  i16, one a source pixel, padded with zeros to a multiple of four for each output
  ;;   row, end where the output pixels go
  (func (export "alongRow")
    (param $source i32) (param $spans i32) (param $weights i32) (param $row i32) (param $end i32)
    (local $pixel i32) (local $stop i32) (local $sum v128) (local $four v128) (local $zero v128)
    (loop $outputs
      (local.set $pixel (i32.add (local.get $source) (i32.load (local.get $spans))))
      (local.set $stop (i32.add (local.get $weights) (i32.load offset=4 (local.get $spans))))
      ;; 32 rounds the shift by 6 below.
      (local.set $sum (i32x4.splat (i32.const 32)))
      (loop $taps
        (local.set $four (v128.load align=4 (local.get $pixel)))
        ;; Pixels a and b as i16 pairs (a0 b0 a1 b1 a2 b2 a3 b3), times (wa wb) and added in pairs.
        (local.set $sum (i32x4.add (local.get $sum)
          (i32x4.dot_i16x8_s
            (i8x16.shuffle 0 16 4 16 1 16 5 16 2 16 6 16 3 16 7 16 (local.get $four) (local.get $zero))
            (v128.load32_splat (local.get $weights)))))
        (local.set $sum (i32x4.add (local.get $sum)
          (i32x4.dot_i16x8_s
            (i8x16.shuffle 8 16 12 16 9 16 13 16 10 16 14 16 11 16 15 16 (local.get $four) (local.get $zero))
            (v128.load32_splat offset=4 (local.get $weights)))))
        (local.set $pixel (i32.add (local.get $pixel) (i32.const 16)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 8)))
        (br_if $taps (i32.lt_u (local.get $weights) (local.get $stop))))
      (v128.store (local.get $row) (i32x4.shr_u (local.get $sum) (i32.const 6)))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (local.set $spans (i32.add (local.get $spans) (i32.const 8)))
      (br_if $outputs (i32.lt_u (local.get $row) (local.get $end)))))

  ;; sums += weight * row, for the output pixels from row to end.
  (func (export "addRow") (param $row i32) (param $end i32) (param $weight i32) (param $sums i32)
    (local $factor v128)
    (local.set $factor (i32x4.splat (local.get $weight)))
    (loop $pixels
      (v128.store (local.get $sums)
        (i32x4.add (v128.load (local.get $sums)) (i32x4.mul (v128.load (local.get $row)) (local.get $factor))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (br_if $pixels (i32.lt_u (local.get $row) (local.get $end))))))

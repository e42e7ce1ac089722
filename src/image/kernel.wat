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
      (br_if $pixels (i32.lt_u (local.get $row) (local.get $end)))))

  ;; Turns `side` rows of pixels (stride bytes each) clockwise by 90 degrees into rows of `side` pixels: pixel j
  ;; of row side-1-x goes to pixel x of row j. Works on blocks of 4 x 4 pixels: rows are written up to the
  ;; next multiple of four, and the last block of a row overlaps the one before. side >= 4.
  (func (export "turn") (param $from i32) (param $stride i32) (param $side i32) (param $to i32)
    (local $x i32) (local $j i32) (local $source i32) (local $target i32) (local $line i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $ab v128) (local $cd v128) (local $ab2 v128) (local $cd2 v128)
    (local.set $line (i32.mul (local.get $side) (i32.const 4)))
    (loop $columns
      ;; Pixel 0 of the last of the four source rows, and pixel x of target row 0.
      (local.set $source (i32.add (local.get $from)
        (i32.mul (i32.sub (i32.sub (local.get $side) (i32.const 4)) (local.get $x)) (local.get $stride))))
      (local.set $target (i32.add (local.get $to) (i32.mul (local.get $x) (i32.const 4))))
      (local.set $j (i32.const 0))
      (loop $rows
        (local.set $d (v128.load align=4 (i32.add (local.get $source) (local.get $j))))
        (local.set $c (v128.load align=4
          (i32.add (i32.add (local.get $source) (local.get $stride)) (local.get $j))))
        (local.set $b (v128.load align=4
          (i32.add (i32.add (local.get $source) (i32.mul (local.get $stride) (i32.const 2))) (local.get $j))))
        (local.set $a (v128.load align=4
          (i32.add (i32.add (local.get $source) (i32.mul (local.get $stride) (i32.const 3))) (local.get $j))))
        ;; a0 b0 a1 b1, c0 d0 c1 d1, a2 b2 a3 b3, c2 d2 c3 d3
        (local.set $ab (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))
        (local.set $cd (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d)))
        (local.set $ab2
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))
        (local.set $cd2
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d)))
        (v128.store align=4 (local.get $target)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ab) (local.get $cd)))
        (local.set $target (i32.add (local.get $target) (local.get $line)))
        (v128.store align=4 (local.get $target)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ab) (local.get $cd)))
        (local.set $target (i32.add (local.get $target) (local.get $line)))
        (v128.store align=4 (local.get $target)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ab2) (local.get $cd2)))
        (local.set $target (i32.add (local.get $target) (local.get $line)))
        (v128.store align=4 (local.get $target)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ab2) (local.get $cd2)))
        (local.set $target (i32.add (local.get $target) (local.get $line)))
        (local.set $j (i32.add (local.get $j) (i32.const 16)))
        (br_if $rows (i32.lt_u (local.get $j) (local.get $stride))))
      ;; The next four, or the last four, or done.
      (if (i32.eq (local.get $x) (i32.sub (local.get $side) (i32.const 4))) (then (return)))
      (local.set $x (i32.add (local.get $x) (i32.const 4)))
      (if (i32.gt_u (local.get $x) (i32.sub (local.get $side) (i32.const 4)))
        (then (local.set $x (i32.sub (local.get $side) (i32.const 4)))))
      (br $columns))))

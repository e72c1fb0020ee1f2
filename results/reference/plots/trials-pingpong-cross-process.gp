# Trials in time order, pingpong, cross, process
# Drawn from trials-pingpong-cross-process.dat; "gnuplot trials-pingpong-cross-process.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 6.90in,7.86in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 497,566 dynamic name 'trials_pingpong_cross_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'trials-pingpong-cross-process.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set multiplot layout 11,3 margins screen 0.072,0.991,0.051,0.949 spacing screen 0.072,0.025
	set xrange [-0.7:13.7]
	set xtics ('' 0, '' 5, '' 10)
	set tics font ',6.5'
	set ytics offset 0.4,0
	unset key
	set label 10 'class 20 ns' at screen 0.080,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 29362
	set label 11 'class 54 ns' at screen 0.204,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 13983232
	set label 12 'class 210 ns' at screen 0.328,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 40563
	set label 13 'no class' at screen 0.459,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 4473924
	set label 14 'class changed' at screen 0.559,0.9873 left font ',7' offset 0.7,0 point pointtype 6 pointsize 0.6 linecolor rgb 0
	set label 15 'flagged' at screen 0.699,0.9873 left font ',7' offset 0.7,0 point pointtype 2 pointsize 0.6 linecolor rgb 11534368
	set label 16 'noise, PU 0' at screen 0.791,0.9873 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 8016277
	set label 17 'noise, PU 1' at screen 0.915,0.9873 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 12357423
	set label 1 'pipe, 64 B' at graph 0,1.1 left font ',7'
	set yrange [23056.3707:58527.3137]
	set logscale y
	set ytics ('40 µs' 40000)
	plot 'trials-pingpong-cross-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 0 using 1:($7 > 0 ? 24381.7573 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [24916.9241:60002.3358]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 1 using 1:($7 > 0 ? 26266.0552 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [47997.4428:120992.713]
	set logscale y
	set ytics ('50 µs' 50000, '100 µs' 100000)
	plot 'trials-pingpong-cross-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 2 using 1:($7 > 0 ? 50735.339 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [28782.3138:61174.0349]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 3 using 1:($7 > 0 ? 30114.2596 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [30122.9519:79150.2479]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 4 using 1:($7 > 0 ? 31920.5829 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [40276.601:87439.1188]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 5 using 1:($7 > 0 ? 42194.1255 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [28875.5173:59895.8263]
	set logscale y
	set ytics ('40 µs' 40000)
	plot 'trials-pingpong-cross-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 6 using 1:($7 > 0 ? 30167.6708 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [28638.1989:75375.1284]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 7 using 1:($7 > 0 ? 30350.2758 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [40360.3808:93547.0645]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 8 using 1:($7 > 0 ? 42448.246 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [37441.8405:85217.8809]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 9 using 1:($7 > 0 ? 39335.7651 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [38295.3968:79242.3127]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 10 using 1:($7 > 0 ? 40003.2437 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [51797.0152:92143.0375]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 11 using 1:($7 > 0 ? 53618.4433 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [26792.107:73101.2246]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 12 using 1:($7 > 0 ? 28455.2192 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [30366.2503:64277.6138]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 13 using 1:($7 > 0 ? 31763.7144 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [25619.345:61974.9004]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 15 using 1:($7 > 0 ? 27013.8753 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [25839.4342:56541.8039]
	set logscale y
	set ytics ('40 µs' 40000)
	plot 'trials-pingpong-cross-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 16 using 1:($7 > 0 ? 27082.4655 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [26004.4299:67364.2134]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 17 using 1:($7 > 0 ? 27532.7918 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [45079.9276:87698.1096]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 18 using 1:($7 > 0 ? 46916.2867 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [44833.5158:89028.705]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 19 using 1:($7 > 0 ? 46717.375 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [68641.3069:128875.696]
	set logscale y
	set ytics ('100 µs' 100000)
	plot 'trials-pingpong-cross-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 20 using 1:($7 > 0 ? 71285.4134 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [87.6749703:534.803767]
	set logscale y
	set ytics ('100 ns' 100, '200 ns' 200, '500 ns' 500)
	plot 'trials-pingpong-cross-process.dat' index 21 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 21 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 21 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 21 using 1:($7 > 0 ? 97.7225424 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [51.695129:720.314222]
	set logscale y
	set ytics ('100 ns' 100, '200 ns' 200, '500 ns' 500)
	plot 'trials-pingpong-cross-process.dat' index 22 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 22 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 22 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 22 using 1:($7 > 0 ? 60.5471862 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [117.379931:164.398018]
	set logscale y
	set ytics ('120 ns' 120, '140 ns' 140, '160 ns' 160)
	plot 'trials-pingpong-cross-process.dat' index 23 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 23 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 23 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 23 using 1:($7 > 0 ? 119.776609 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [16460.6361:22440.7643]
	set logscale y
	set ytics ('18 µs' 18000, '20 µs' 20000, '22 µs' 22000)
	plot 'trials-pingpong-cross-process.dat' index 24 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 24 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 24 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 24 using 1:($7 > 0 ? 16769.5758 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [16214.7163:24001.4485]
	set logscale y
	set ytics ('20 µs' 20000)
	plot 'trials-pingpong-cross-process.dat' index 25 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 25 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 25 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 25 using 1:($7 > 0 ? 16600.8009 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [40616.342:52999.7207]
	set logscale y
	set ytics ('45 µs' 45000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 26 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 26 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 26 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 26 using 1:($7 > 0 ? 41270.067 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 B' at graph 0,1.1 left font ',7'
	set yrange [4.98885237:8.70554373]
	set logscale y
	set ytics ('6 ns' 6, '8 ns' 8)
	plot 'trials-pingpong-cross-process.dat' index 27 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 27 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 27 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 27 using 1:($7 > 0 ? 5.15832104 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [5.09876943:7.70455789]
	set logscale y
	set ytics ('6 ns' 6, '7 ns' 7)
	plot 'trials-pingpong-cross-process.dat' index 28 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 28 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 28 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 28 using 1:($7 > 0 ? 5.22663671 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [5.03646442:8.49704305]
	set logscale y
	set ytics ('6 ns' 6, '8 ns' 8)
	plot 'trials-pingpong-cross-process.dat' index 29 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 29 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 29 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 29 using 1:($7 > 0 ? 5.19701886 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}

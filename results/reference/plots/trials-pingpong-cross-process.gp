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
	set label 11 'class 55 ns' at screen 0.204,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 13983232
	set label 12 'class 220 ns' at screen 0.328,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 40563
	set label 13 'no class' at screen 0.459,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 4473924
	set label 14 'class changed' at screen 0.559,0.9873 left font ',7' offset 0.7,0 point pointtype 6 pointsize 0.6 linecolor rgb 0
	set label 15 'flagged' at screen 0.699,0.9873 left font ',7' offset 0.7,0 point pointtype 2 pointsize 0.6 linecolor rgb 11534368
	set label 16 'noise, PU 0' at screen 0.791,0.9873 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 8016277
	set label 17 'noise, PU 1' at screen 0.915,0.9873 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 12357423
	set label 1 'pipe, 64 B' at graph 0,1.1 left font ',7'
	set yrange [17140.1728:60756.1971]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 0 using 1:($7 > 0 ? 18492.2484 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [16524.2558:77846.3448]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 1 using 1:($7 > 0 ? 18134.6379 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [45452.9193:90483.0369]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 2 using 1:($7 > 0 ? 47369.8605 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [19619.4764:69305.9939]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 3 using 1:($7 > 0 ? 21162.7653 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [27576.5217:63618.0078]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 4 using 1:($7 > 0 ? 28994.9204 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [36661.0518:81424.2382]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 5 using 1:($7 > 0 ? 38458.9876 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [18063.2652:75750.0956]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 6 using 1:($7 > 0 ? 19685.7277 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [25696.9234:60079.0148]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 7 using 1:($7 > 0 ? 27040.3077 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [39520.7114:98629.9882]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 8 using 1:($7 > 0 ? 41749.9354 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [32756.5105:109000.591]
	set logscale y
	set ytics ('50 µs' 50000, '100 µs' 100000)
	plot 'trials-pingpong-cross-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 9 using 1:($7 > 0 ? 35206.715 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [36540.9414:73935.4382]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000)
	plot 'trials-pingpong-cross-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 10 using 1:($7 > 0 ? 38119.2289 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [51739.2904:92082.3088]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 11 using 1:($7 > 0 ? 53560.1534 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [17470.3805:62902.5497]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 12 using 1:($7 > 0 ? 18866.1949 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [25841.55:83341.7194]
	set logscale y
	set ytics ('40 µs' 40000, '60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 13 using 1:($7 > 0 ? 27722.4235 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring, 64 B' at graph 0,1.1 left font ',7'
	set yrange [18849.6061:58004.8551]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 15 using 1:($7 > 0 ? 20164.711 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [17621.3761:73159.8328]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 16 using 1:($7 > 0 ? 19192.5992 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [16831.8649:62095.4441]
	set logscale y
	set ytics ('20 µs' 20000, '50 µs' 50000)
	plot 'trials-pingpong-cross-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 17 using 1:($7 > 0 ? 18203.2061 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 B' at graph 0,1.1 left font ',7'
	set yrange [41992.5731:96163.0508]
	set logscale y
	set ytics ('60 µs' 60000, '80 µs' 80000)
	plot 'trials-pingpong-cross-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 18 using 1:($7 > 0 ? 44132.9168 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [38259.5577:100789.216]
	set logscale y
	set ytics ('50 µs' 50000, '100 µs' 100000)
	plot 'trials-pingpong-cross-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 19 using 1:($7 > 0 ? 40549.0227 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [67109.2372:116414.919]
	set logscale y
	set ytics ('80 µs' 80000, '100 µs' 100000)
	plot 'trials-pingpong-cross-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 20 using 1:($7 > 0 ? 69364.28 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin, 64 B' at graph 0,1.1 left font ',7'
	set yrange [85.8422863:579.095518]
	set logscale y
	set ytics ('100 ns' 100, '200 ns' 200, '500 ns' 500)
	plot 'trials-pingpong-cross-process.dat' index 21 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 21 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 21 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 21 using 1:($7 > 0 ? 96.2596352 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [51.4960643:870.975275]
	set logscale y
	set ytics ('100 ns' 100, '200 ns' 200, '500 ns' 500)
	plot 'trials-pingpong-cross-process.dat' index 22 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 22 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 22 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 22 using 1:($7 > 0 ? 61.0194018 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [69.0083559:200.510045]
	set logscale y
	set ytics ('100 ns' 100, '200 ns' 200)
	plot 'trials-pingpong-cross-process.dat' index 23 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 23 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 23 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 23 using 1:($7 > 0 ? 73.5691516 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin, 64 B' at graph 0,1.1 left font ',7'
	set yrange [16300.5149:22858.2509]
	set logscale y
	set ytics ('20 µs' 20000)
	plot 'trials-pingpong-cross-process.dat' index 24 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 24 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 24 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 24 using 1:($7 > 0 ? 16634.5794 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [16054.2365:22751.6915]
	set logscale y
	set ytics ('20 µs' 20000)
	plot 'trials-pingpong-cross-process.dat' index 25 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 25 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 25 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 25 using 1:($7 > 0 ? 16393.6289 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [41034.3285:55654.4414]
	set logscale y
	set ytics ('45 µs' 45000, '50 µs' 50000, '55 µs' 55000)
	plot 'trials-pingpong-cross-process.dat' index 26 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 26 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 26 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 26 using 1:($7 > 0 ? 41791.5501 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 B' at graph 0,1.1 left font ',7'
	set yrange [4.77011672:8.14932397]
	set logscale y
	set ytics ('6 ns' 6, '8 ns' 8)
	plot 'trials-pingpong-cross-process.dat' index 27 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 27 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 27 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 27 using 1:($7 > 0 ? 4.92588832 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [5.04465372:5.37287163]
	set logscale y
	set ytics ('5.2 ns' 5.2)
	plot 'trials-pingpong-cross-process.dat' index 28 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 28 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 28 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 28 using 1:($7 > 0 ? 5.06376877 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [4.68635422:9.27990387]
	set logscale y
	set ytics ('6 ns' 6, '8 ns' 8)
	plot 'trials-pingpong-cross-process.dat' index 29 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 29 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-cross-process.dat' index 29 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-cross-process.dat' index 29 using 1:($7 > 0 ? 4.88244785 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:2.22593e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:2.22593e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:2.22593e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}

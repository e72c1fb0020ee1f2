# Trials in time order, stream, cross, process
# Drawn from trials-stream-cross-process.dat; "gnuplot trials-stream-cross-process.gp" in this folder draws it again.
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
		set terminal svg size 497,566 dynamic name 'trials_stream_cross_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'trials-stream-cross-process.'.terminal
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
	set yrange [345209.507:3687075.87]
	set logscale y
	set ytics ('500 k/s' 500000, '1 M/s' 1000000, '2 M/s' 2000000)
	plot 'trials-stream-cross-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 0 using 1:($7 > 0 ? 397922.693 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [98886.797:1975207.46]
	set logscale y
	set ytics ('100 k/s' 100000, '500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 1 using 1:($7 > 0 ? 118349.595 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [6332.15866:26322.5155]
	set logscale y
	set ytics ('10 k/s' 10000, '20 k/s' 20000)
	plot 'trials-stream-cross-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 2 using 1:($7 > 0 ? 6897.28743 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [202222.298:1206730.11]
	set logscale y
	set ytics ('500 k/s' 500000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 3 using 1:($7 > 0 ? 225100.214 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [119958.433:686147.468]
	set logscale y
	set ytics ('200 k/s' 200000, '500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 4 using 1:($7 > 0 ? 133190.726 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [14806.4969:116666.366]
	set logscale y
	set ytics ('20 k/s' 20000, '50 k/s' 50000, '100 k/s' 100000)
	plot 'trials-stream-cross-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 5 using 1:($7 > 0 ? 16758.7615 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [210069.758:1243481.76]
	set logscale y
	set ytics ('500 k/s' 500000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 6 using 1:($7 > 0 ? 233722.266 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [67109.7383:788042.943]
	set logscale y
	set ytics ('100 k/s' 100000, '200 k/s' 200000, '500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 7 using 1:($7 > 0 ? 77798.5326 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [14837.9814:113606.312]
	set logscale y
	set ytics ('20 k/s' 20000, '50 k/s' 50000, '100 k/s' 100000)
	plot 'trials-stream-cross-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 8 using 1:($7 > 0 ? 16765.4989 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [50152.8824:418176.352]
	set logscale y
	set ytics ('100 k/s' 100000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 9 using 1:($7 > 0 ? 56958.6533 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [52824.6467:229929.307]
	set logscale y
	set ytics ('100 k/s' 100000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 10 using 1:($7 > 0 ? 57698.1734 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [9643.52801:64123.3803]
	set logscale y
	set ytics ('10 k/s' 10000, '20 k/s' 20000, '50 k/s' 50000)
	plot 'trials-stream-cross-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 11 using 1:($7 > 0 ? 10804.4527 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [325202.789:1294435.37]
	set logscale y
	set ytics ('500 k/s' 500000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 12 using 1:($7 > 0 ? 353305.036 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [71281.7636:691660.58]
	set logscale y
	set ytics ('100 k/s' 100000, '200 k/s' 200000, '500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 13 using 1:($7 > 0 ? 81694.5926 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring, 64 B' at graph 0,1.1 left font ',7'
	set yrange [1416788.08:170907343]
	set logscale y
	set ytics ('10 M/s' 10000000, '100 M/s' 100000000)
	plot 'trials-stream-cross-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 15 using 1:($7 > 0 ? 1888827.27 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [1862902.45:15398320.1]
	set logscale y
	set ytics ('2 M/s' 2000000, '5 M/s' 5000000, '10 M/s' 10000000)
	plot 'trials-stream-cross-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 16 using 1:($7 > 0 ? 2114594.55 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [73516.4179:1031033.35]
	set logscale y
	set ytics ('100 k/s' 100000, '500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 17 using 1:($7 > 0 ? 86138.5666 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 B' at graph 0,1.1 left font ',7'
	set yrange [43380.9761:264708.321]
	set logscale y
	set ytics ('50 k/s' 50000, '100 k/s' 100000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 18 using 1:($7 > 0 ? 48353.4444 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [49879.1186:251417.676]
	set logscale y
	set ytics ('50 k/s' 50000, '100 k/s' 100000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 19 using 1:($7 > 0 ? 54962.6157 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [30329.4556:135153.871]
	set logscale y
	set ytics ('50 k/s' 50000, '100 k/s' 100000)
	plot 'trials-stream-cross-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 20 using 1:($7 > 0 ? 33174.3519 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin, 64 B' at graph 0,1.1 left font ',7'
	set yrange [11594822:166572658]
	set logscale y
	set ytics ('20 M/s' 20000000, '50 M/s' 50000000, '100 M/s' 100000000)
	plot 'trials-stream-cross-process.dat' index 21 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 21 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 21 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 21 using 1:($7 > 0 ? 13605185.4 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [487571.013:17094638.9]
	set logscale y
	set ytics ('1 M/s' 1000000, '10 M/s' 10000000)
	plot 'trials-stream-cross-process.dat' index 22 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 22 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 22 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 22 using 1:($7 > 0 ? 603569.382 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [24995.3319:1205559.74]
	set logscale y
	set ytics ('100 k/s' 100000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 23 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 23 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 23 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 23 using 1:($7 > 0 ? 31539.7828 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin, 64 B' at graph 0,1.1 left font ',7'
	set yrange [41088.584:266850.665]
	set logscale y
	set ytics ('50 k/s' 50000, '100 k/s' 100000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 24 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 24 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 24 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 24 using 1:($7 > 0 ? 45969.9468 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [11850.6101:282829.652]
	set logscale y
	set ytics ('20 k/s' 20000, '100 k/s' 100000)
	plot 'trials-stream-cross-process.dat' index 25 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 25 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 25 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 25 using 1:($7 > 0 ? 14335.3322 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [6371.9498:153395.827]
	set logscale y
	set ytics ('10 k/s' 10000, '50 k/s' 50000)
	plot 'trials-stream-cross-process.dat' index 26 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 26 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 26 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 26 using 1:($7 > 0 ? 7711.96087 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 B' at graph 0,1.1 left font ',7'
	set yrange [123946742:257351460]
	set logscale y
	set ytics ('150 M/s' 150000000, '200 M/s' 200000000, '250 M/s' 250000000)
	plot 'trials-stream-cross-process.dat' index 27 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 27 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 27 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 27 using 1:($7 > 0 ? 129500847 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [2636453.52:16068206.5]
	set logscale y
	set ytics ('5 M/s' 5000000, '10 M/s' 10000000)
	plot 'trials-stream-cross-process.dat' index 28 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 28 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 28 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 28 using 1:($7 > 0 ? 2938440.87 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [292562.482:996356.111]
	set logscale y
	set ytics ('500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 29 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 29 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 29 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 29 using 1:($7 > 0 ? 314883.851 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:2.22593e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:2.22593e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:2.22593e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}

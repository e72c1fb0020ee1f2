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
	set label 11 'class 54 ns' at screen 0.204,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 13983232
	set label 12 'class 210 ns' at screen 0.328,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 40563
	set label 13 'no class' at screen 0.459,0.9873 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 4473924
	set label 14 'class changed' at screen 0.559,0.9873 left font ',7' offset 0.7,0 point pointtype 6 pointsize 0.6 linecolor rgb 0
	set label 15 'flagged' at screen 0.699,0.9873 left font ',7' offset 0.7,0 point pointtype 2 pointsize 0.6 linecolor rgb 11534368
	set label 16 'noise, PU 0' at screen 0.791,0.9873 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 8016277
	set label 17 'noise, PU 1' at screen 0.915,0.9873 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 12357423
	set label 1 'pipe, 64 B' at graph 0,1.1 left font ',7'
	set yrange [844232.567:3433322.2]
	set logscale y
	set ytics ('1 M/s' 1000000, '2 M/s' 2000000)
	plot 'trials-stream-cross-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 0 using 1:($7 > 0 ? 918369.071 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [808835.814:1556592.6]
	set logscale y
	set ytics ('1 M/s' 1000000, '1.5 M/s' 1500000)
	plot 'trials-stream-cross-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 1 using 1:($7 > 0 ? 841238.709 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [14011.4631:34745.0188]
	set logscale y
	set ytics ('20 k/s' 20000, '30 k/s' 30000)
	plot 'trials-stream-cross-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 2 using 1:($7 > 0 ? 14796.1264 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [639289.724:1092588.16]
	set logscale y
	set ytics ('800 k/s' 800000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 3 using 1:($7 > 0 ? 660181.347 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [329918.508:678193.597]
	set logscale y
	set ytics ('400 k/s' 400000, '600 k/s' 600000)
	plot 'trials-stream-cross-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 4 using 1:($7 > 0 ? 344495.457 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [46551.6999:107560.665]
	set logscale y
	set ytics ('50 k/s' 50000, '100 k/s' 100000)
	plot 'trials-stream-cross-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 5 using 1:($7 > 0 ? 48950.6677 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [628071.058:1130496.18]
	set logscale y
	set ytics ('800 k/s' 800000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 6 using 1:($7 > 0 ? 650615.492 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [371149.691:682014.001]
	set logscale y
	set ytics ('400 k/s' 400000, '600 k/s' 600000)
	plot 'trials-stream-cross-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 7 using 1:($7 > 0 ? 384949.495 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [51259.1994:106453.658]
	set logscale y
	set ytics ('60 k/s' 60000, '80 k/s' 80000, '100 k/s' 100000)
	plot 'trials-stream-cross-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 8 using 1:($7 > 0 ? 53556.8647 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [112671.514:241930.491]
	set logscale y
	set ytics ('150 k/s' 150000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 9 using 1:($7 > 0 ? 117957.814 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [131501.606:186246.899]
	set logscale y
	set ytics ('140 k/s' 140000, '160 k/s' 160000, '180 k/s' 180000)
	plot 'trials-stream-cross-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 10 using 1:($7 > 0 ? 134276.662 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [31862.9633:57058.159]
	set logscale y
	set ytics ('40 k/s' 40000, '50 k/s' 50000)
	plot 'trials-stream-cross-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 11 using 1:($7 > 0 ? 32996.5139 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [708680.094:1222996.32]
	set logscale y
	set ytics ('800 k/s' 800000, '1 M/s' 1000000, '1.2 M/s' 1200000)
	plot 'trials-stream-cross-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 12 using 1:($7 > 0 ? 732265.763 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [241446.724:621760.155]
	set logscale y
	set ytics ('400 k/s' 400000, '600 k/s' 600000)
	plot 'trials-stream-cross-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 13 using 1:($7 > 0 ? 255546.19 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [1855691.09:214182158]
	set logscale y
	set ytics ('10 M/s' 10000000, '100 M/s' 100000000)
	plot 'trials-stream-cross-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 15 using 1:($7 > 0 ? 2467415.79 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [6630070.58:13656652.3]
	set logscale y
	set ytics ('10 M/s' 10000000)
	plot 'trials-stream-cross-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 16 using 1:($7 > 0 ? 6923851.07 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [253535.094:957260.157]
	set logscale y
	set ytics ('500 k/s' 500000)
	plot 'trials-stream-cross-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 17 using 1:($7 > 0 ? 274572.853 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [136182.991:244051.947]
	set logscale y
	set ytics ('150 k/s' 150000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 18 using 1:($7 > 0 ? 141034.198 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [133332.328:233788.389]
	set logscale y
	set ytics ('150 k/s' 150000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 19 using 1:($7 > 0 ? 137901.411 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [53229.2697:87312.9261]
	set logscale y
	set ytics ('60 k/s' 60000, '80 k/s' 80000)
	plot 'trials-stream-cross-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 20 using 1:($7 > 0 ? 54833.5281 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [22908730.6:174280175]
	set logscale y
	set ytics ('50 M/s' 50000000, '100 M/s' 100000000)
	plot 'trials-stream-cross-process.dat' index 21 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 21 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 21 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 21 using 1:($7 > 0 ? 25874730.9 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [4329686.95:14130079.4]
	set logscale y
	set ytics ('5 M/s' 5000000, '10 M/s' 10000000)
	plot 'trials-stream-cross-process.dat' index 22 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 22 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 22 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 22 using 1:($7 > 0 ? 4648124.83 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring spin lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [21540.691:1215642.48]
	set logscale y
	set ytics ('100 k/s' 100000, '1 M/s' 1000000)
	plot 'trials-stream-cross-process.dat' index 23 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 23 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 23 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 23 using 1:($7 > 0 ? 27437.997 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [149841.595:243961.295]
	set logscale y
	set ytics ('150 k/s' 150000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 24 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 24 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 24 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 24 using 1:($7 > 0 ? 154288.551 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [133191.929:239045.429]
	set logscale y
	set ytics ('150 k/s' 150000, '200 k/s' 200000)
	plot 'trials-stream-cross-process.dat' index 25 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 25 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 25 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 25 using 1:($7 > 0 ? 137948.842 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap spin lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [55981.3291:87043.1684]
	set logscale y
	set ytics ('60 k/s' 60000, '80 k/s' 80000)
	plot 'trials-stream-cross-process.dat' index 26 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 26 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 26 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 26 using 1:($7 > 0 ? 57483.6973 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 B' at graph 0,1.1 left font ',7'
	set yrange [132767350:264183408]
	set logscale y
	set ytics ('150 M/s' 150000000, '200 M/s' 200000000, '250 M/s' 250000000)
	plot 'trials-stream-cross-process.dat' index 27 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 27 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 27 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 27 using 1:($7 > 0 ? 138363055 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [6168582.06:14894857.9]
	set logscale y
	set ytics ('10 M/s' 10000000)
	plot 'trials-stream-cross-process.dat' index 28 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 28 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 28 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 28 using 1:($7 > 0 ? 6503638.71 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'null, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [460190.345:959522.014]
	set logscale y
	set ytics ('600 k/s' 600000, '800 k/s' 800000)
	plot 'trials-stream-cross-process.dat' index 29 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 29 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-cross-process.dat' index 29 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-cross-process.dat' index 29 using 1:($7 > 0 ? 480932.968 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-cross-process.dat' index 30 using 1:2:($3==0 ? 8016277 : $3==1 ? 12357423 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}

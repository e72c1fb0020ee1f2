# Trials in time order, stream, same-pu, process
# Drawn from trials-stream-same-pu-process.dat; "gnuplot trials-stream-same-pu-process.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 6.90in,5.88in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 497,423 dynamic name 'trials_stream_same_pu_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'trials-stream-same-pu-process.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set multiplot layout 8,3 margins screen 0.072,0.991,0.068,0.932 spacing screen 0.072,0.034
	set xrange [-0.7:13.7]
	set xtics ('' 0, '' 5, '' 10)
	set tics font ',6.5'
	set ytics offset 0.4,0
	unset key
	set label 10 'trial' at screen 0.080,0.9830 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 4473924
	set label 11 'class changed' at screen 0.156,0.9830 left font ',7' offset 0.7,0 point pointtype 6 pointsize 0.6 linecolor rgb 0
	set label 12 'flagged' at screen 0.296,0.9830 left font ',7' offset 0.7,0 point pointtype 2 pointsize 0.6 linecolor rgb 11534368
	set label 13 'noise, PU 0' at screen 0.388,0.9830 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 8016277
	set label 1 'pipe, 64 B' at graph 0,1.1 left font ',7'
	set yrange [1332035.79:1678253.95]
	set logscale y
	set ytics ('1.4 M/s' 1400000, '1.6 M/s' 1600000)
	plot 'trials-stream-same-pu-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 0 using 1:($7 > 0 ? 1350630.03 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [283908.158:554033.164]
	set logscale y
	set ytics ('300 k/s' 300000, '400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 1 using 1:($7 > 0 ? 295528.483 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [48130.036:61278.7563]
	set logscale y
	set ytics ('50 k/s' 50000, '55 k/s' 55000, '60 k/s' 60000)
	plot 'trials-stream-same-pu-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 2 using 1:($7 > 0 ? 48832.596 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [382634.695:562678.096]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 3 using 1:($7 > 0 ? 391591.167 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [186817.166:383689.096]
	set logscale y
	set ytics ('200 k/s' 200000, '300 k/s' 300000)
	plot 'trials-stream-same-pu-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 4 using 1:($7 > 0 ? 195061.042 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [50977.1448:82320.159]
	set logscale y
	set ytics ('60 k/s' 60000, '80 k/s' 80000)
	plot 'trials-stream-same-pu-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 5 using 1:($7 > 0 ? 52464.2355 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [317245.739:555120.943]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 6 using 1:($7 > 0 ? 328076.639 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [287249.2:368901.335]
	set logscale y
	set ytics ('300 k/s' 300000, '350 k/s' 350000)
	plot 'trials-stream-same-pu-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 7 using 1:($7 > 0 ? 291593.549 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [53223.4:79511.7228]
	set logscale y
	set ytics ('60 k/s' 60000, '70 k/s' 70000)
	plot 'trials-stream-same-pu-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 8 using 1:($7 > 0 ? 54520.8136 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [398570.501:684903.049]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000, '600 k/s' 600000)
	plot 'trials-stream-same-pu-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 9 using 1:($7 > 0 ? 411730.073 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [263725.463:400812.056]
	set logscale y
	set ytics ('300 k/s' 300000, '350 k/s' 350000, '400 k/s' 400000)
	plot 'trials-stream-same-pu-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 10 using 1:($7 > 0 ? 270432.814 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [34108.472:49623.4271]
	set logscale y
	set ytics ('40 k/s' 40000)
	plot 'trials-stream-same-pu-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 11 using 1:($7 > 0 ? 34884.4382 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [303746.775:557735.172]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 12 using 1:($7 > 0 ? 315026.187 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [153425.878:180166.545]
	set logscale y
	set ytics ('160 k/s' 160000, '170 k/s' 170000, '180 k/s' 180000)
	plot 'trials-stream-same-pu-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 13 using 1:($7 > 0 ? 154912.031 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring, 64 B' at graph 0,1.1 left font ',7'
	set yrange [643109.908:114770504]
	set logscale y
	set ytics ('1 M/s' 1000000, '10 M/s' 10000000, '100 M/s' 100000000)
	plot 'trials-stream-same-pu-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 15 using 1:($7 > 0 ? 877764.285 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [472160.994:1203017.3]
	set logscale y
	set ytics ('500 k/s' 500000, '1 M/s' 1000000)
	plot 'trials-stream-same-pu-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 16 using 1:($7 > 0 ? 499414.345 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [167478.087:276488.673]
	set logscale y
	set ytics ('200 k/s' 200000, '250 k/s' 250000)
	plot 'trials-stream-same-pu-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 17 using 1:($7 > 0 ? 172592.195 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 B' at graph 0,1.1 left font ',7'
	set yrange [74357.9376:118386.249]
	set logscale y
	set ytics ('80 k/s' 80000, '100 k/s' 100000)
	plot 'trials-stream-same-pu-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 18 using 1:($7 > 0 ? 76462.0207 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [70610.9251:111971.265]
	set logscale y
	set ytics ('80 k/s' 80000, '100 k/s' 100000)
	plot 'trials-stream-same-pu-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 19 using 1:($7 > 0 ? 72591.5354 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [42284.2477:59744.0058]
	set logscale y
	set ytics ('50 k/s' 50000)
	plot 'trials-stream-same-pu-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 20 using 1:($7 > 0 ? 43170.3483 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:1.22949e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:1.22949e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:1.22949e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}

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
	set yrange [1116314.77:1706505.36]
	set logscale y
	set ytics ('1.2 M/s' 1200000, '1.4 M/s' 1400000, '1.6 M/s' 1600000)
	plot 'trials-stream-same-pu-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 0 using 1:($7 > 0 ? 1145106.64 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [383739.407:564739.629]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 1 using 1:($7 > 0 ? 392739.978 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [42132.8541:61870.3135]
	set logscale y
	set ytics ('50 k/s' 50000, '60 k/s' 60000)
	plot 'trials-stream-same-pu-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 2 using 1:($7 > 0 ? 43115.4145 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [327850.745:571619.976]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 3 using 1:($7 > 0 ? 338970.613 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [215893.408:380905.973]
	set logscale y
	set ytics ('300 k/s' 300000)
	plot 'trials-stream-same-pu-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 4 using 1:($7 > 0 ? 223374.753 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [49139.9229:82738.4587]
	set logscale y
	set ytics ('60 k/s' 60000, '80 k/s' 80000)
	plot 'trials-stream-same-pu-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 5 using 1:($7 > 0 ? 50700.3373 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [443688.996:541383.865]
	set logscale y
	set ytics ('450 k/s' 450000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 6 using 1:($7 > 0 ? 449018.523 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [295077.043:387177.371]
	set logscale y
	set ytics ('300 k/s' 300000, '350 k/s' 350000)
	plot 'trials-stream-same-pu-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 7 using 1:($7 > 0 ? 299925.848 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [69096.1489:77667.2256]
	set logscale y
	set ytics ('70 k/s' 70000, '75 k/s' 75000)
	plot 'trials-stream-same-pu-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 8 using 1:($7 > 0 ? 69582.6364 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [513753.121:677502.242]
	set logscale y
	set ytics ('600 k/s' 600000)
	plot 'trials-stream-same-pu-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 9 using 1:($7 > 0 ? 522352.707 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [222609.376:410324.431]
	set logscale y
	set ytics ('300 k/s' 300000, '400 k/s' 400000)
	plot 'trials-stream-same-pu-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 10 using 1:($7 > 0 ? 230929.006 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [26027.1467:50507.5]
	set logscale y
	set ytics ('30 k/s' 30000, '40 k/s' 40000, '50 k/s' 50000)
	plot 'trials-stream-same-pu-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 11 using 1:($7 > 0 ? 27083.3461 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [398184.717:552272.219]
	set logscale y
	set ytics ('400 k/s' 400000, '500 k/s' 500000)
	plot 'trials-stream-same-pu-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 12 using 1:($7 > 0 ? 406077.292 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [124265.429:181096.248]
	set logscale y
	set ytics ('140 k/s' 140000, '160 k/s' 160000, '180 k/s' 180000)
	plot 'trials-stream-same-pu-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 13 using 1:($7 > 0 ? 127105.362 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [646088.597:116002267]
	set logscale y
	set ytics ('1 M/s' 1000000, '10 M/s' 10000000, '100 M/s' 100000000)
	plot 'trials-stream-same-pu-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 15 using 1:($7 > 0 ? 882150.207 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [698566.675:1288815.61]
	set logscale y
	set ytics ('800 k/s' 800000, '1 M/s' 1000000, '1.2 M/s' 1200000)
	plot 'trials-stream-same-pu-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 16 using 1:($7 > 0 ? 724714.314 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [170333.314:274688.022]
	set logscale y
	set ytics ('200 k/s' 200000, '250 k/s' 250000)
	plot 'trials-stream-same-pu-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 17 using 1:($7 > 0 ? 175287.926 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [75277.1004:118338.015]
	set logscale y
	set ytics ('80 k/s' 80000, '100 k/s' 100000)
	plot 'trials-stream-same-pu-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 18 using 1:($7 > 0 ? 77348.2632 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [63075.2118:113868.67]
	set logscale y
	set ytics ('80 k/s' 80000, '100 k/s' 100000)
	plot 'trials-stream-same-pu-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 19 using 1:($7 > 0 ? 65350.8814 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [27511.8953:42647.0636]
	set logscale y
	set ytics ('30 k/s' 30000, '40 k/s' 40000)
	plot 'trials-stream-same-pu-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-stream-same-pu-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-stream-same-pu-process.dat' index 20 using 1:($7 > 0 ? 28245.0682 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-stream-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}

# Trials in time order, pingpong, same-pu, process
# Drawn from trials-pingpong-same-pu-process.dat; "gnuplot trials-pingpong-same-pu-process.gp" in this folder draws it again.
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
		set terminal svg size 497,423 dynamic name 'trials_pingpong_same_pu_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'trials-pingpong-same-pu-process.'.terminal
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
	set yrange [4620.96618:5635.54082]
	set logscale y
	set ytics ('5 µs' 5000, '5.5 µs' 5500)
	plot 'trials-pingpong-same-pu-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 0 using 1:($7 > 0 ? 4676.32793 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [4631.66427:7517.49773]
	set logscale y
	set ytics ('5 µs' 5000, '6 µs' 6000, '7 µs' 7000)
	plot 'trials-pingpong-same-pu-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 1 using 1:($7 > 0 ? 4768.23055 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [24929.8808:36513.2801]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000, '35 µs' 35000)
	plot 'trials-pingpong-same-pu-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 2 using 1:($7 > 0 ? 25507.2736 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [7051.6866:10228.5276]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 3 using 1:($7 > 0 ? 7210.81261 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [9110.81802:10328.6471]
	set logscale y
	set ytics ('9.5 µs' 9500, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 4 using 1:($7 > 0 ? 9179.65874 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [20575.8184:32162.5301]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 5 using 1:($7 > 0 ? 21134.73 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [7109.58735:8520.13452]
	set logscale y
	set ytics ('7.5 µs' 7500, '8 µs' 8000, '8.5 µs' 8500)
	plot 'trials-pingpong-same-pu-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 6 using 1:($7 > 0 ? 7187.21304 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [7768.70985:11339.6783]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 7 using 1:($7 > 0 ? 7947.01461 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [17977.9492:20030.909]
	set logscale y
	set ytics ('18 µs' 18000, '19 µs' 19000, '20 µs' 20000)
	plot 'trials-pingpong-same-pu-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 8 using 1:($7 > 0 ? 18094.9663 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [16735.1829:19221.5696]
	set logscale y
	set ytics ('17 µs' 17000, '18 µs' 18000, '19 µs' 19000)
	plot 'trials-pingpong-same-pu-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 9 using 1:($7 > 0 ? 16874.8518 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [16824.2928:23217.2262]
	set logscale y
	set ytics ('20 µs' 20000)
	plot 'trials-pingpong-same-pu-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 10 using 1:($7 > 0 ? 17152.5712 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [27541.5709:31806.7896]
	set logscale y
	set ytics ('28 µs' 28000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 11 using 1:($7 > 0 ? 27780.5331 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [5767.70362:9285.31124]
	set logscale y
	set ytics ('6 µs' 6000, '8 µs' 8000)
	plot 'trials-pingpong-same-pu-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 12 using 1:($7 > 0 ? 5934.86094 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [7777.44984:11590.1724]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 13 using 1:($7 > 0 ? 7965.85468 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring, 64 B' at graph 0,1.1 left font ',7'
	set yrange [3984.79607:5310.36983]
	set logscale y
	set ytics ('4 µs' 4000, '4.5 µs' 4500, '5 µs' 5000)
	plot 'trials-pingpong-same-pu-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 15 using 1:($7 > 0 ? 4054.05112 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [3945.21126:5816.40962]
	set logscale y
	set ytics ('4 µs' 4000, '5 µs' 5000)
	plot 'trials-pingpong-same-pu-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 16 using 1:($7 > 0 ? 4038.17697 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [3859.47714:6833.2627]
	set logscale y
	set ytics ('4 µs' 4000, '5 µs' 5000, '6 µs' 6000)
	plot 'trials-pingpong-same-pu-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 17 using 1:($7 > 0 ? 3994.05878 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 B' at graph 0,1.1 left font ',7'
	set yrange [20571.0815:33199.793]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 18 using 1:($7 > 0 ? 21170.4368 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [20882.3693:30641.3297]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 19 using 1:($7 > 0 ? 21368.3723 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [46407.2457:51593.5196]
	set logscale y
	set ytics ('48 µs' 48000, '50 µs' 50000)
	plot 'trials-pingpong-same-pu-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 20 using 1:($7 > 0 ? 46703.1695 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:1.22949e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:1.22949e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:1.22949e+06]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000, '1M' 1000000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}
